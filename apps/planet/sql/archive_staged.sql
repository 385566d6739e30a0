INSERT INTO {old} ({old_columns})
SELECT {old_columns}
FROM {staged} AS staged
WHERE NOT EXISTS (SELECT FROM promoted WHERE (promoted.id, promoted.version) = (staged.id, staged.version))
