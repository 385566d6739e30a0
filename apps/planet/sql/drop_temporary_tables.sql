DROP TABLE staged_owners, staged_names, staged_changesets, touched, tallies, way_bboxes, mapped_authors, owners, given_changesets, given_comments
