INSERT INTO {current} ({columns})
SELECT {columns}
FROM promoted
ON CONFLICT (id) DO UPDATE SET {updates}
