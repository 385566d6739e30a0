-- Find a version that the database already has with different content. What a file leaves out (time, changeset, and the
-- content of a deleted element) is no difference, nor is a changeset that was unknown when the version was imported.
SELECT {label}, id, version
FROM (
  SELECT {old_columns}
  FROM {current}
  UNION ALL
  SELECT {old_columns}
  FROM {old}
) AS known
JOIN {staged} AS staged USING (id, version)
WHERE staged.visible <> known.visible
  OR staged.timestamp NOT IN ('-infinity', known.timestamp)
  OR (staged.changeset_id > 0 AND known.changeset_id NOT IN (0, staged.changeset_id))
  OR (staged.visible AND (staged.tags::text, {staged_body}) IS DISTINCT FROM (known.tags::text, {known_body}))
ORDER BY id, version
LIMIT 1
