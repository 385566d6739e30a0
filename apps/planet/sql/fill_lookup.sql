INSERT INTO {lookup} ({lookup_columns})
SELECT DISTINCT used.*, element.id
FROM {current} AS element, {uses} AS used
WHERE element.visible
ORDER BY 1, 2
