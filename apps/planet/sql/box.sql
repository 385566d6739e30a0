-- Where a changeset was at work beside its nodes: at the nodes of its ways. What has no changeset is left out: its nodes
-- say enough.
INSERT INTO boxes (changeset_id, min_lat, max_lat, min_lon, max_lon)
SELECT ways.changeset_id, min(nodes.lat), max(nodes.lat), min(nodes.lon), max(nodes.lon)
FROM (
  SELECT changeset_id, nodes
  FROM ways
  UNION ALL
  SELECT changeset_id, nodes
  FROM old_ways
) AS ways
JOIN touched USING (changeset_id), unnest(ways.nodes) AS ref
JOIN nodes ON nodes.id = ref
WHERE ways.changeset_id <> 0 AND nodes.visible
GROUP BY ways.changeset_id
