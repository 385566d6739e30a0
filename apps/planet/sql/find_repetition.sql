-- The same version twice in one file.
SELECT {label}, id, version
FROM {staged}
GROUP BY id, version
HAVING count(*) > 1
ORDER BY id, version
LIMIT 1
