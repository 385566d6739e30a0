-- A way and its nodes. The first row tells whether the way is visible; no row: there is none.
WITH way AS MATERIALIZED (
  SELECT * FROM ways WHERE id = %(id)s
), node_ids AS MATERIALIZED (
  SELECT DISTINCT unnest(nodes) AS id FROM way WHERE visible
)
SELECT CASE WHEN visible THEN 'visible'::bytea ELSE 'gone'::bytea END FROM way
UNION ALL
(SELECT {node} FROM (
  SELECT n.* FROM (SELECT id FROM node_ids ORDER BY id) i
  CROSS JOIN LATERAL (SELECT * FROM nodes WHERE id = i.id AND visible OFFSET 0) n
) e JOIN ({authors}) a ON a.id = e.changeset_id)
UNION ALL
(SELECT {way} FROM way e JOIN ({authors}) a ON a.id = e.changeset_id WHERE e.visible)
