-- Where a changeset was at work: at its nodes and at the nodes of its ways, as far as their positions are known. What
-- has no changeset is left out of the costly half: its nodes say enough.
INSERT INTO boxes (changeset_id, min_lat, max_lat, min_lon, max_lon)
SELECT changeset_id, min(lat), max(lat), min(lon), max(lon)
FROM (
  SELECT changeset_id, lat, lon
  FROM nodes
  WHERE visible OR lat <> 0 OR lon <> 0
  UNION ALL
  SELECT changeset_id, lat, lon
  FROM old_nodes
  WHERE visible OR lat <> 0 OR lon <> 0
) AS positions
JOIN touched USING (changeset_id)
GROUP BY changeset_id
UNION ALL
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
