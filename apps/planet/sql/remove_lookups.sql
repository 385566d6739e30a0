-- Remove what the superseded version used and the new one does not.
DELETE FROM {lookup}
USING (
  SELECT used.*, element.id
  FROM {current} AS element
  JOIN promoted USING (id), {uses} AS used
  WHERE element.visible
  EXCEPT
  SELECT used.*, element.id
  FROM promoted AS element, {uses} AS used
  WHERE element.visible
) AS gone ({lookup_columns})
WHERE ({lookup_key}) = ({gone_key})
