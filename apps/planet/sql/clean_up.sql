DROP TABLE staged_owners, staged_names, staged_changesets, touched, tallies, boxes, owners, given, said
