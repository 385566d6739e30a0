-- Make the next id follow the highest one up to 2**62: an id near the end of the range must not exhaust the sequence.
SELECT setval(sequence, highest)
FROM (
  SELECT pg_get_serial_sequence({table_name}, 'id') AS sequence, max(id) AS highest
  FROM {table}
  WHERE id BETWEEN 1 AND (1::bigint << 62)
) AS state
WHERE highest > COALESCE(pg_sequence_last_value(sequence::regclass), 0)
