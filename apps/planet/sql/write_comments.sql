INSERT INTO changesets_changesetcomment (id, changeset_id, author_id, body, created_at, visible)
SELECT id, changeset_id, user_id, body, created_at, visible
FROM given_comments
WHERE id IS NOT NULL
ON CONFLICT (id) DO NOTHING
