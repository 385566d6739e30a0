-- Find a changeset that belongs to someone else in the database.
SELECT changeset.id, changeset.user_id, owners.user_id
FROM changesets_changeset AS changeset
JOIN owners ON owners.changeset_id = changeset.id
WHERE changeset.user_id <> owners.user_id AND changeset.user_id > 0 AND owners.user_id > 0
ORDER BY changeset.id
LIMIT 1
