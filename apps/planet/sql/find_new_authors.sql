-- Find the authors who have no account yet, with their latest name and the time of their first changeset or comment.
SELECT
  author.id, name.display_name,
  COALESCE(LEAST(changeset.first, comment.first), date_trunc('second', statement_timestamp()))
FROM (
  SELECT user_id AS id
  FROM staged_names
  UNION
  SELECT 0
) AS author
LEFT JOIN (
  SELECT DISTINCT ON (user_id) user_id, display_name
  FROM staged_names
  ORDER BY user_id, timestamp DESC
) AS name ON name.user_id = author.id
LEFT JOIN (
  SELECT user_id, min(created_at) AS first
  FROM changesets_changeset
  WHERE user_id IN (SELECT user_id FROM staged_names UNION SELECT 0)
  GROUP BY user_id
) AS changeset ON changeset.user_id = author.id
LEFT JOIN (
  SELECT author_id, min(created_at) AS first
  FROM changesets_changesetcomment
  WHERE author_id IN (SELECT user_id FROM staged_names UNION SELECT 0)
  GROUP BY author_id
) AS comment ON comment.author_id = author.id
WHERE (changeset.user_id IS NOT NULL OR comment.author_id IS NOT NULL)
  AND NOT EXISTS (SELECT FROM users_user WHERE users_user.id = author.id)
ORDER BY author.id
