-- Give each uid in the file whose id belongs to an account that was made here an id of its own, and remember it.
INSERT INTO planet_importedauthor (uid, user_id)
SELECT named.user_id, nextval(pg_get_serial_sequence('users_user', 'id'))
FROM (SELECT DISTINCT user_id FROM staged_names) AS named
JOIN users_user ON users_user.id = named.user_id
WHERE NOT EXISTS (SELECT FROM planet_importedauthor AS known WHERE known.uid = named.user_id);
CREATE TEMPORARY TABLE mapped_authors ON COMMIT DROP AS
SELECT uid, user_id
FROM planet_importedauthor
WHERE uid <> user_id AND uid IN (SELECT user_id FROM staged_names);
UPDATE staged_owners SET user_id = mapped.user_id FROM mapped_authors AS mapped WHERE staged_owners.user_id = mapped.uid;
UPDATE staged_names SET user_id = mapped.user_id FROM mapped_authors AS mapped WHERE staged_names.user_id = mapped.uid
