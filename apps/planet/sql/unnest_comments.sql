CREATE TEMPORARY TABLE given_comments ON COMMIT DROP AS
SELECT
  comment.id, given.id AS changeset_id, COALESCE(mapped.user_id, comment.user_id) AS user_id,
  comment.body, comment.visible,
  COALESCE(to_timestamp(comment.created_at), given.created_at, date_trunc('second', statement_timestamp())) AS created_at
FROM given_changesets AS given
CROSS JOIN LATERAL
  jsonb_to_recordset(given.comments) AS comment (
    id bigint, user_id bigint, created_at double precision, body text, visible boolean
  )
LEFT JOIN mapped_authors AS mapped ON mapped.uid = comment.user_id
