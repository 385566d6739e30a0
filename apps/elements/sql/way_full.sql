-- A way and its nodes. The first row says whether the way is visible. There is no row if there is no such way.
WITH way AS MATERIALIZED (
  SELECT * FROM ways WHERE id = %(id)s
), node_ids AS MATERIALIZED (
  SELECT DISTINCT unnest(nodes) AS id FROM way WHERE visible
)
SELECT CASE WHEN visible THEN 'visible' ELSE 'gone' END FROM way
UNION ALL
(SELECT {node} FROM node_ids i
  CROSS JOIN LATERAL (SELECT * FROM nodes WHERE id = i.id AND visible OFFSET 0) e
  {author_of_e} ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {way} FROM way e {author_of_e} WHERE e.visible)
