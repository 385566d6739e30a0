CREATE INDEX ON {staged} (id, version)
