-- The elements of a map call, in one statement and so in one snapshot: first the count of nodes in the bbox, then the
-- rendered nodes, ways and relations, each by id.
--
-- `= ANY(ARRAY(...))` looks all ids up in one sorted walk over the index, where a join would descend from its root for
-- each. OFFSET 0 forces the other lookups to probe the index too: the planner knows too little about lists of ids that
-- the statement itself computes, and would read whole tables. LIMIT {all} makes it sort before it renders, so that the
-- first text can be sent as soon as it is rendered.
WITH box AS MATERIALIZED (
  SELECT n.* FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS range(first, last)
  CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, lat, lon FROM nodes
    WHERE visible AND tile BETWEEN range.first AND range.last
      AND lat BETWEEN %(min_lat)s AND %(max_lat)s AND lon BETWEEN %(min_lon)s AND %(max_lon)s
    OFFSET 0
  ) n
  LIMIT %(limit)s
), counted AS MATERIALIZED (
  SELECT count(*) AS nodes FROM box
), within_limit AS NOT MATERIALIZED (
  SELECT * FROM box WHERE (SELECT nodes FROM counted) < %(limit)s
), way_ids AS MATERIALIZED (
  SELECT way_id AS id, count(*) AS nodes_inside FROM way_nodes
  WHERE node_id = ANY(ARRAY(SELECT id FROM within_limit))
  GROUP BY way_id
), way AS MATERIALIZED (
  SELECT w.*, way_ids.nodes_inside FROM way_ids CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, nodes FROM ways WHERE id = way_ids.id OFFSET 0
  ) w
), node AS MATERIALIZED (
  SELECT * FROM within_limit
  UNION ALL
  -- The other nodes of ways that leave the bbox: if a way does not leave it, all its nodes (a closed way names one of
  -- them twice) are inside.
  SELECT id, visible, version, changeset_id, timestamp, tags, lat, lon FROM nodes
  WHERE id = ANY(ARRAY(
      SELECT unnest(nodes) FROM way
      WHERE nodes_inside < cardinality(nodes) - (nodes[1] = nodes[cardinality(nodes)])::int
    ))
    AND visible
    AND NOT (lat BETWEEN %(min_lat)s AND %(max_lat)s AND lon BETWEEN %(min_lon)s AND %(max_lon)s)
), users_of_elements AS MATERIALIZED (
  SELECT relation_id AS id FROM relation_members
  WHERE member_type = 1 AND member_id = ANY(ARRAY(SELECT id FROM node))
  UNION
  SELECT relation_id FROM relation_members
  WHERE member_type = 2 AND member_id = ANY(ARRAY(SELECT id FROM way_ids))
), relation_ids AS MATERIALIZED (
  SELECT id FROM users_of_elements
  UNION
  SELECT relation_id FROM relation_members
  WHERE member_type = 3 AND member_id = ANY(ARRAY(SELECT id FROM users_of_elements))
), relation AS MATERIALIZED (
  SELECT r.* FROM relation_ids CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, member_types, member_refs, member_roles
    FROM relations WHERE id = relation_ids.id AND visible
    OFFSET 0
  ) r
), author AS MATERIALIZED (
  SELECT a.* FROM (
    SELECT changeset_id AS id FROM node UNION SELECT changeset_id FROM way
  ) i CROSS JOIN LATERAL (SELECT * FROM ({authors}) a WHERE a.id = i.id OFFSET 0) a
)
SELECT nodes::text FROM counted
UNION ALL
(SELECT {node} FROM node e JOIN author a ON a.id = e.changeset_id ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {way} FROM way e JOIN author a ON a.id = e.changeset_id ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {relation} FROM relation e {author_of_e} ORDER BY e.id LIMIT {all})
