INSERT INTO tallies (changeset_id, kind, first, last, created, modified, deleted)
SELECT
  changeset_id, {label}, min(timestamp), max(timestamp),
  count(*) FILTER (WHERE version = 1),
  count(*) FILTER (WHERE version > 1 AND visible),
  count(*) FILTER (WHERE version > 1 AND NOT visible)
FROM (
  SELECT changeset_id, timestamp, version, visible
  FROM {current}
  UNION ALL
  SELECT changeset_id, timestamp, version, visible
  FROM {old}
) AS versions
JOIN touched USING (changeset_id)
GROUP BY changeset_id
