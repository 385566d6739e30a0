-- Make accounts that are made here from now on get ids above {first}, which no author of a planet has, and above all
-- existing ids up to 2**62.
SELECT setval(sequence, highest)
FROM (
  SELECT
    pg_get_serial_sequence('users_user', 'id') AS sequence,
    GREATEST(
      {first},
      (SELECT max(id) FROM users_user WHERE id <= 1::bigint << 62),
      (SELECT max(user_id) FROM staged_names WHERE user_id <= 1::bigint << 62)
    ) AS highest
) AS state
WHERE highest > COALESCE(pg_sequence_last_value(sequence::regclass), 0)
