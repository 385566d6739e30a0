-- Unpack the changesets that the file describes, and decide who owns each changeset that it describes or names. Where
-- elements of one changeset name several authors, the changeset's own author wins, else the lowest id.
CREATE TEMPORARY TABLE given_changesets ON COMMIT DROP AS
SELECT
  id, COALESCE(mapped.user_id, given.user_id) AS user_id, num_changes, min_lat, max_lat, min_lon, max_lon, tags, comments,
  to_timestamp(created_at) AS created_at,
  to_timestamp(closed_at) AS closed_at,
  open
FROM staged_changesets
CROSS JOIN LATERAL
  jsonb_to_record(document) AS given (
    id bigint, user_id bigint, created_at double precision, closed_at double precision, open boolean,
    num_changes integer, min_lat integer, max_lat integer, min_lon integer, max_lon integer,
    tags jsonb, comments jsonb
  )
LEFT JOIN mapped_authors AS mapped ON mapped.uid = given.user_id;
CREATE TEMPORARY TABLE owners ON COMMIT DROP AS
SELECT id AS changeset_id, user_id, user_id AS lowest, user_id AS highest
FROM given_changesets
UNION ALL
SELECT changeset_id, COALESCE(min(user_id) FILTER (WHERE user_id > 0), 0), min(user_id), max(user_id)
FROM staged_owners
WHERE changeset_id NOT IN (SELECT id FROM given_changesets)
GROUP BY changeset_id;
CREATE INDEX ON owners (changeset_id);
ANALYZE owners, given_changesets
