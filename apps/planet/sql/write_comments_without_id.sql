INSERT INTO changesets_changesetcomment (changeset_id, author_id, body, created_at, visible)
SELECT changeset_id, user_id, body, created_at, visible
FROM given_comments
WHERE id IS NULL AND NOT EXISTS (
  SELECT
  FROM changesets_changesetcomment AS known
  WHERE (known.changeset_id, known.author_id, known.body, known.created_at)
    = (given_comments.changeset_id, given_comments.user_id, given_comments.body, given_comments.created_at)
)
ORDER BY changeset_id, created_at
