-- Find a version that comes twice in the file.
SELECT {label}, id, version
FROM {staged}
GROUP BY id, version
HAVING count(*) > 1
ORDER BY id, version
LIMIT 1
