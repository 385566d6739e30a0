-- A comment whose id is taken: by another one of the file, or by one that says something else.
SELECT said.id
FROM said
LEFT JOIN changesets_changesetcomment AS known USING (id)
WHERE said.id IS NOT NULL
GROUP BY said.id
HAVING count(*) > 1 OR bool_or(known.body <> said.body OR known.changeset_id <> said.changeset_id)
LIMIT 1
