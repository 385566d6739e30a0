-- Fill in what the file leaves out: the time is that of the import, a deleted node lies at 0, 0 (no response shows it),
-- and each author who is named without a changeset (-uid) gets one, with an id above all others.
UPDATE staged_nodes SET timestamp = date_trunc('second', statement_timestamp()) WHERE timestamp = '-infinity';
UPDATE staged_ways SET timestamp = date_trunc('second', statement_timestamp()) WHERE timestamp = '-infinity';
UPDATE staged_relations SET timestamp = date_trunc('second', statement_timestamp()) WHERE timestamp = '-infinity';
UPDATE staged_nodes SET lat = 0, lon = 0 WHERE lat = 2147483647;
CREATE TEMPORARY TABLE own_changesets ON COMMIT DROP AS
SELECT
  user_id,
  row_number() OVER (ORDER BY user_id) + GREATEST(
    (SELECT max(id) FROM changesets_changeset WHERE id < 1::bigint << 62),
    (SELECT max(changeset_id) FROM staged_owners WHERE changeset_id < 1::bigint << 62),
    (SELECT max((document ->> 'id')::bigint) FROM staged_changesets WHERE (document ->> 'id')::bigint < 1::bigint << 62),
    0
  ) AS id
FROM (
  SELECT -changeset_id AS user_id FROM staged_nodes WHERE changeset_id < 0
  UNION
  SELECT -changeset_id FROM staged_ways WHERE changeset_id < 0
  UNION
  SELECT -changeset_id FROM staged_relations WHERE changeset_id < 0
) AS authors;
UPDATE staged_nodes SET changeset_id = own.id FROM own_changesets AS own WHERE changeset_id = -own.user_id AND user_id > 0;
UPDATE staged_ways SET changeset_id = own.id FROM own_changesets AS own WHERE changeset_id = -own.user_id AND user_id > 0;
UPDATE staged_relations SET changeset_id = own.id FROM own_changesets AS own WHERE changeset_id = -own.user_id AND user_id > 0;
INSERT INTO staged_owners SELECT id, user_id FROM own_changesets;
DROP TABLE own_changesets;
INSERT INTO touched
SELECT changeset_id FROM staged_nodes
UNION
SELECT changeset_id FROM staged_ways
UNION
SELECT changeset_id FROM staged_relations;
INSERT INTO staged_owners SELECT 0, 0 FROM touched WHERE changeset_id = 0;
ANALYZE staged_nodes, staged_ways, staged_relations, touched
