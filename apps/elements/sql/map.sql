-- Everything a map call answers, in one statement and so in one snapshot: first the number of nodes in the
-- box, then nodes, ways and relations in their wire form, each by id.
--
-- OFFSET 0 keeps each look-up a probe of the index: what is known about a list of ids in the making is too
-- little for the planner, which then reads whole tables. LIMIT {all} has it sort before it renders, so that
-- the first text leaves when it is made.
WITH box AS MATERIALIZED (
  SELECT n.* FROM unnest(%(firsts)s::bigint[], %(lasts)s::bigint[]) AS range(first, last)
  CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, lat, lon FROM nodes
    WHERE visible AND tile BETWEEN range.first AND range.last
      AND lat BETWEEN %(min_lat)s AND %(max_lat)s AND lon BETWEEN %(min_lon)s AND %(max_lon)s
    OFFSET 0
  ) n
  LIMIT %(limit)s
), within_limit AS NOT MATERIALIZED (
  SELECT * FROM box WHERE (SELECT count(*) FROM box) < %(limit)s
), way_ids AS MATERIALIZED (
  SELECT DISTINCT w.id FROM within_limit CROSS JOIN LATERAL (
    SELECT way_id AS id FROM way_nodes WHERE node_id = within_limit.id OFFSET 0
  ) w
), way AS MATERIALIZED (
  SELECT w.* FROM way_ids CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, nodes FROM ways WHERE id = way_ids.id OFFSET 0
  ) w
), nodes_outside AS MATERIALIZED (
  SELECT unnest(nodes) AS id FROM way EXCEPT SELECT id FROM within_limit
), node AS MATERIALIZED (
  SELECT * FROM within_limit
  UNION ALL
  SELECT n.* FROM nodes_outside CROSS JOIN LATERAL (
    SELECT id, visible, version, changeset_id, timestamp, tags, lat, lon FROM nodes
    WHERE id = nodes_outside.id AND visible
    OFFSET 0
  ) n
), users_of_elements AS MATERIALIZED (
  SELECT r.id FROM node CROSS JOIN LATERAL (
    SELECT relation_id AS id FROM relation_members WHERE member_type = 1 AND member_id = node.id OFFSET 0
  ) r
  UNION
  SELECT r.id FROM way_ids CROSS JOIN LATERAL (
    SELECT relation_id AS id FROM relation_members WHERE member_type = 2 AND member_id = way_ids.id OFFSET 0
  ) r
), relation_ids AS MATERIALIZED (
  SELECT id FROM users_of_elements
  UNION
  SELECT r.id FROM users_of_elements CROSS JOIN LATERAL (
    SELECT relation_id AS id FROM relation_members WHERE member_type = 3 AND member_id = users_of_elements.id
    OFFSET 0
  ) r
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
SELECT int4send(count(*)::int) FROM box
UNION ALL
(SELECT {node} FROM node e JOIN author a ON a.id = e.changeset_id ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {way} FROM way e JOIN author a ON a.id = e.changeset_id ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {relation} FROM relation e {author_of_e} ORDER BY e.id LIMIT {all})
