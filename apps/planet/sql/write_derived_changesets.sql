-- Write one changeset for each id that elements name. An existing one grows.
INSERT INTO changesets_changeset AS changeset (
  id, user_id, created_at, closed_at, min_lat, max_lat, min_lon, max_lon, num_changes,
  num_created_nodes, num_modified_nodes, num_deleted_nodes,
  num_created_ways, num_modified_ways, num_deleted_ways,
  num_created_relations, num_modified_relations, num_deleted_relations,
  tags
)
SELECT
  changeset_id, owners.user_id, first, last, bbox.min_lat, bbox.max_lat, bbox.min_lon, bbox.max_lon, num_changes,
  created_nodes, modified_nodes, deleted_nodes,
  created_ways, modified_ways, deleted_ways,
  created_relations, modified_relations, deleted_relations,
  '{}'
FROM (
  SELECT
    changeset_id,
    min(first) AS first,
    max(last) AS last,
    sum(created + modified + deleted) AS num_changes,
    COALESCE(sum(created) FILTER (WHERE kind = 'node'), 0) AS created_nodes,
    COALESCE(sum(modified) FILTER (WHERE kind = 'node'), 0) AS modified_nodes,
    COALESCE(sum(deleted) FILTER (WHERE kind = 'node'), 0) AS deleted_nodes,
    COALESCE(sum(created) FILTER (WHERE kind = 'way'), 0) AS created_ways,
    COALESCE(sum(modified) FILTER (WHERE kind = 'way'), 0) AS modified_ways,
    COALESCE(sum(deleted) FILTER (WHERE kind = 'way'), 0) AS deleted_ways,
    COALESCE(sum(created) FILTER (WHERE kind = 'relation'), 0) AS created_relations,
    COALESCE(sum(modified) FILTER (WHERE kind = 'relation'), 0) AS modified_relations,
    COALESCE(sum(deleted) FILTER (WHERE kind = 'relation'), 0) AS deleted_relations
  FROM tallies
  GROUP BY changeset_id
) AS tally
JOIN owners USING (changeset_id)
LEFT JOIN (
  SELECT
    changeset_id, min(min_lat) AS min_lat, max(max_lat) AS max_lat, min(min_lon) AS min_lon, max(max_lon) AS max_lon
  FROM (
    SELECT changeset_id, min_lat, max_lat, min_lon, max_lon
    FROM tallies
    UNION ALL
    SELECT changeset_id, min_lat, max_lat, min_lon, max_lon
    FROM way_bboxes
  ) AS bboxes
  GROUP BY changeset_id
) AS bbox USING (changeset_id)
ON CONFLICT (id) DO UPDATE SET
  user_id = CASE changeset.user_id WHEN 0 THEN EXCLUDED.user_id ELSE changeset.user_id END,
  created_at = LEAST(changeset.created_at, EXCLUDED.created_at),
  closed_at = GREATEST(changeset.closed_at, EXCLUDED.closed_at),
  min_lat = LEAST(changeset.min_lat, EXCLUDED.min_lat),
  max_lat = GREATEST(changeset.max_lat, EXCLUDED.max_lat),
  min_lon = LEAST(changeset.min_lon, EXCLUDED.min_lon),
  max_lon = GREATEST(changeset.max_lon, EXCLUDED.max_lon),
  num_changes = GREATEST(changeset.num_changes, EXCLUDED.num_changes),
  num_created_nodes = GREATEST(changeset.num_created_nodes, EXCLUDED.num_created_nodes),
  num_modified_nodes = GREATEST(changeset.num_modified_nodes, EXCLUDED.num_modified_nodes),
  num_deleted_nodes = GREATEST(changeset.num_deleted_nodes, EXCLUDED.num_deleted_nodes),
  num_created_ways = GREATEST(changeset.num_created_ways, EXCLUDED.num_created_ways),
  num_modified_ways = GREATEST(changeset.num_modified_ways, EXCLUDED.num_modified_ways),
  num_deleted_ways = GREATEST(changeset.num_deleted_ways, EXCLUDED.num_deleted_ways),
  num_created_relations = GREATEST(changeset.num_created_relations, EXCLUDED.num_created_relations),
  num_modified_relations = GREATEST(changeset.num_modified_relations, EXCLUDED.num_modified_relations),
  num_deleted_relations = GREATEST(changeset.num_deleted_relations, EXCLUDED.num_deleted_relations)
