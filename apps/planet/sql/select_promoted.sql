-- Select the versions that become current.
CREATE TEMPORARY TABLE promoted ON COMMIT DROP AS
SELECT DISTINCT ON (staged.id) staged.*
FROM {staged} AS staged
LEFT JOIN {current} AS known USING (id)
WHERE known.version IS NULL OR staged.version > known.version
ORDER BY staged.id, staged.version DESC
