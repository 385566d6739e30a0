-- Changesets as the file gives them, and the owner of each that it gives or names. Where elements of one changeset
-- name several authors, the changeset's own owner counts, else the lowest id.
CREATE TEMPORARY TABLE given ON COMMIT DROP AS
SELECT
  id, user_id, num_changes, min_lat, max_lat, min_lon, max_lon, tags, comments,
  to_timestamp(created_at) AS created_at,
  to_timestamp(closed_at) AS closed_at,
  open
FROM staged_changesets,
  jsonb_to_record(document) AS (
    id bigint, user_id bigint, created_at double precision, closed_at double precision, open boolean,
    num_changes integer, min_lat integer, max_lat integer, min_lon integer, max_lon integer,
    tags jsonb, comments jsonb
  );
CREATE TEMPORARY TABLE owners ON COMMIT DROP AS
SELECT id AS changeset_id, user_id, user_id AS lowest, user_id AS highest
FROM given
UNION ALL
SELECT changeset_id, COALESCE(min(user_id) FILTER (WHERE user_id > 0), 0), min(user_id), max(user_id)
FROM staged_owners
WHERE changeset_id NOT IN (SELECT id FROM given)
GROUP BY changeset_id;
CREATE INDEX ON owners (changeset_id);
ANALYZE owners, given
