SELECT count(*)
FROM {staged}
