SELECT id
FROM given_changesets
GROUP BY id
HAVING count(*) > 1
LIMIT 1
