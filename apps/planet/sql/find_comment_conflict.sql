-- Find a comment whose id is taken: by another one of the file, or by one with different content.
SELECT given_comments.id
FROM given_comments
LEFT JOIN changesets_changesetcomment AS known USING (id)
WHERE given_comments.id IS NOT NULL
GROUP BY given_comments.id
HAVING count(*) > 1 OR bool_or(known.body <> given_comments.body OR known.changeset_id <> given_comments.changeset_id)
LIMIT 1
