-- Write the changesets that the file describes. Bbox and tags are those of the file; an owner, a time or a number of
-- changes that it leaves out keeps the known value (which may have been derived from the elements).
INSERT INTO changesets_changeset AS changeset (
  id, user_id, created_at, closed_at, min_lat, max_lat, min_lon, max_lon, num_changes,
  num_created_nodes, num_modified_nodes, num_deleted_nodes,
  num_created_ways, num_modified_ways, num_deleted_ways,
  num_created_relations, num_modified_relations, num_deleted_relations,
  tags
)
SELECT
  given.id,
  given.user_id,
  COALESCE(given.created_at, known.created_at, date_trunc('second', statement_timestamp())),
  CASE
    WHEN given.open IS FALSE THEN LEAST(
      COALESCE(given.closed_at, known.closed_at, given.created_at), date_trunc('second', statement_timestamp())
    )
    WHEN given.closed_at IS NOT NULL THEN given.closed_at
    WHEN given.open AND known.closed_at > statement_timestamp() THEN known.closed_at
    WHEN given.open THEN date_trunc('second', statement_timestamp()) + INTERVAL '24 hours'
    ELSE COALESCE(known.closed_at, given.created_at, date_trunc('second', statement_timestamp()))
  END,
  given.min_lat, given.max_lat, given.min_lon, given.max_lon,
  COALESCE(given.num_changes, known.num_changes, 0),
  COALESCE(known.num_created_nodes, 0),
  COALESCE(known.num_modified_nodes, 0),
  COALESCE(known.num_deleted_nodes, 0),
  COALESCE(known.num_created_ways, 0),
  COALESCE(known.num_modified_ways, 0),
  COALESCE(known.num_deleted_ways, 0),
  COALESCE(known.num_created_relations, 0),
  COALESCE(known.num_modified_relations, 0),
  COALESCE(known.num_deleted_relations, 0),
  given.tags
FROM given_changesets AS given
LEFT JOIN changesets_changeset AS known USING (id)
ON CONFLICT (id) DO UPDATE SET
  user_id = CASE EXCLUDED.user_id WHEN 0 THEN changeset.user_id ELSE EXCLUDED.user_id END,
  created_at = EXCLUDED.created_at,
  closed_at = EXCLUDED.closed_at,
  min_lat = EXCLUDED.min_lat,
  max_lat = EXCLUDED.max_lat,
  min_lon = EXCLUDED.min_lon,
  max_lon = EXCLUDED.max_lon,
  num_changes = EXCLUDED.num_changes,
  tags = EXCLUDED.tags
WHERE
  (changeset.user_id, changeset.created_at, changeset.closed_at, changeset.min_lat, changeset.max_lat, changeset.min_lon,
    changeset.max_lon, changeset.num_changes, changeset.tags)
  IS DISTINCT FROM
  (CASE EXCLUDED.user_id WHEN 0 THEN changeset.user_id ELSE EXCLUDED.user_id END, EXCLUDED.created_at,
    EXCLUDED.closed_at, EXCLUDED.min_lat, EXCLUDED.max_lat, EXCLUDED.min_lon, EXCLUDED.max_lon, EXCLUDED.num_changes,
    EXCLUDED.tags)
