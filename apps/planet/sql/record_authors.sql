-- Remember which of the accounts stand for the uid that is their own id.
INSERT INTO planet_importedauthor (uid, user_id)
SELECT id, id
FROM unnest(%s::bigint[]) AS id
WHERE NOT EXISTS (SELECT FROM planet_importedauthor AS known WHERE known.user_id = id)
