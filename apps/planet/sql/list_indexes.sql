-- List the indexes of a table from the catalogue: the statement that drops each one, and the one that recreates it.
SELECT
  format(
    CASE WHEN constraint_.oid IS NULL THEN 'DROP INDEX %2$I' ELSE 'ALTER TABLE %1$I DROP CONSTRAINT %2$I' END,
    table_.relname, index_.relname
  ),
  CASE
    WHEN constraint_.oid IS NULL THEN pg_get_indexdef(index_.oid)
    ELSE format('ALTER TABLE %I ADD CONSTRAINT %I %s', table_.relname, index_.relname, pg_get_constraintdef(constraint_.oid))
  END
FROM pg_index
JOIN pg_class AS table_ ON table_.oid = indrelid
JOIN pg_class AS index_ ON index_.oid = indexrelid
LEFT JOIN pg_constraint AS constraint_ ON constraint_.conindid = indexrelid AND contype IN ('p', 'u', 'x')
WHERE indrelid = {table}::regclass
ORDER BY indexrelid
