-- Extend the bboxes of changesets by the nodes of their ways. Changeset 0, which stands for "unknown", is left out.
INSERT INTO way_bboxes (changeset_id, min_lat, max_lat, min_lon, max_lon)
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
