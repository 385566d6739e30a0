INSERT INTO {old} ({old_columns})
SELECT {known_columns}
FROM {current} AS known
JOIN promoted USING (id)
