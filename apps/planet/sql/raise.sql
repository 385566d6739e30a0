INSERT INTO {current} ({columns})
SELECT {columns}
FROM rising
ON CONFLICT (id) DO UPDATE SET {updates}
