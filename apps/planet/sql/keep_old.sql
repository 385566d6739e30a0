INSERT INTO {old} ({old_columns})
SELECT {old_columns}
FROM {staged} AS staged
WHERE NOT EXISTS (SELECT FROM rising WHERE (rising.id, rising.version) = (staged.id, staged.version))
