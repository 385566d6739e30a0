DELETE FROM {staged} AS staged
USING (
  SELECT id, version
  FROM {current}
  UNION ALL
  SELECT id, version
  FROM {old}
) AS known
WHERE (staged.id, staged.version) = (known.id, known.version)
