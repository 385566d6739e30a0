-- A relation with its members and the nodes of its ways; the members of member relations are not included.
-- The first row says whether the relation is visible. There is no row if there is no such relation.
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
), relation_ids AS MATERIALIZED (
  SELECT ref AS id FROM member WHERE type = 3
  UNION SELECT id FROM relation
)
SELECT CASE WHEN visible THEN 'visible' ELSE 'gone' END FROM relation
UNION ALL
(SELECT {node} FROM node_ids i
  CROSS JOIN LATERAL (SELECT * FROM nodes WHERE id = i.id AND visible OFFSET 0) e
  {author_of_e} ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {way} FROM way e {author_of_e} ORDER BY e.id LIMIT {all})
UNION ALL
(SELECT {relation} FROM relation_ids i
  CROSS JOIN LATERAL (SELECT * FROM relations WHERE id = i.id AND visible OFFSET 0) e
  {author_of_e} ORDER BY e.id LIMIT {all})
