INSERT INTO {lookup} ({lookup_columns})
SELECT DISTINCT used.*, element.id
FROM promoted AS element, {uses} AS used
WHERE element.visible
ON CONFLICT DO NOTHING
