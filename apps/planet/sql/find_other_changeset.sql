SELECT id
FROM given
GROUP BY id
HAVING count(*) > 1
LIMIT 1
