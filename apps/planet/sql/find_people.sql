-- Those who are not here yet, with the latest of their names and the earliest thing that they did.
SELECT person.id, name.display_name, COALESCE(LEAST(done.first, said.first), date_trunc('second', statement_timestamp()))
FROM (
  SELECT user_id AS id
  FROM staged_names
  UNION
  SELECT 0
) AS person
LEFT JOIN (
  SELECT DISTINCT ON (user_id) user_id, display_name
  FROM staged_names
  ORDER BY user_id, timestamp DESC
) AS name ON name.user_id = person.id
LEFT JOIN (
  SELECT user_id, min(created_at) AS first
  FROM changesets_changeset
  WHERE user_id IN (SELECT user_id FROM staged_names UNION SELECT 0)
  GROUP BY user_id
) AS done ON done.user_id = person.id
LEFT JOIN (
  SELECT author_id, min(created_at) AS first
  FROM changesets_changesetcomment
  WHERE author_id IN (SELECT user_id FROM staged_names UNION SELECT 0)
  GROUP BY author_id
) AS said ON said.author_id = person.id
WHERE (done.user_id IS NOT NULL OR said.author_id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM users_user WHERE users_user.id = person.id)
ORDER BY person.id
