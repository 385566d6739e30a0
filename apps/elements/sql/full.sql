-- A relation with its members and the nodes of its ways; members that are relations are not followed.
-- The first row tells whether the relation is visible; no row: there is none.
WITH relation AS MATERIALIZED (
  SELECT * FROM relations WHERE id = %(id)s
), member AS MATERIALIZED (
  SELECT DISTINCT m.type, m.ref FROM relation, unnest(member_types, member_refs) AS m(type, ref) WHERE visible
), way AS MATERIALIZED (
  SELECT w.* FROM member m CROSS JOIN LATERAL (SELECT * FROM ways WHERE id = m.ref AND visible OFFSET 0) w
  WHERE m.type = 2
), node_ids AS MATERIALIZED (
  SELECT ref AS id FROM member WHERE type = 1
  UNION SELECT unnest(nodes) FROM way
)
SELECT CASE WHEN visible THEN 'visible'::bytea ELSE 'gone'::bytea END FROM relation
UNION ALL
(SELECT {node} FROM (
  SELECT n.* FROM (SELECT id FROM node_ids ORDER BY id) i
  CROSS JOIN LATERAL (SELECT * FROM nodes WHERE id = i.id AND visible OFFSET 0) n
) e JOIN ({authors}) a ON a.id = e.changeset_id)
UNION ALL
(SELECT {way} FROM (SELECT * FROM way ORDER BY id) e JOIN ({authors}) a ON a.id = e.changeset_id)
UNION ALL
(SELECT {relation} FROM (
  SELECT r.* FROM (SELECT ref FROM member WHERE type = 3 UNION SELECT id FROM relation ORDER BY 1) i(id)
  CROSS JOIN LATERAL (SELECT * FROM relations WHERE id = i.id AND visible OFFSET 0) r
) e JOIN ({authors}) a ON a.id = e.changeset_id)
