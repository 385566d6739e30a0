-- Count what was done in each changeset, and find the bbox of its nodes whose positions are known.
INSERT INTO tallies (
  changeset_id, kind, first, last, created, modified, deleted, min_lat, max_lat, min_lon, max_lon
)
SELECT
  changeset_id, {label}, min(timestamp), max(timestamp),
  count(*) FILTER (WHERE version = 1),
  count(*) FILTER (WHERE version > 1 AND visible),
  count(*) FILTER (WHERE version > 1 AND NOT visible),
  {bbox}
FROM (
  SELECT {tallied}
  FROM {current}
  UNION ALL
  SELECT {tallied}
  FROM {old}
) AS versions
JOIN touched USING (changeset_id)
GROUP BY changeset_id
