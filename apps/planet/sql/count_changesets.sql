UPDATE users_user
SET changesets_count = counted.total
FROM (
  SELECT user_id, count(*) AS total
  FROM changesets_changeset
  WHERE user_id IN (SELECT user_id FROM owners)
  GROUP BY user_id
) AS counted
WHERE counted.user_id = users_user.id AND users_user.changesets_count <> counted.total
