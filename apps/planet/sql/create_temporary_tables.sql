-- What the file says about authors and changesets, and what is derived from its elements.
CREATE TEMPORARY TABLE staged_owners (changeset_id bigint, user_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_names (user_id bigint, display_name text, timestamp timestamptz) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_changesets (document jsonb) ON COMMIT DROP;
CREATE TEMPORARY TABLE touched (changeset_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMPORARY TABLE tallies (
  changeset_id bigint, kind text, first timestamptz, last timestamptz,
  created bigint, modified bigint, deleted bigint,
  min_lat integer, max_lat integer, min_lon integer, max_lon integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE way_bboxes (
  changeset_id bigint, min_lat integer, max_lat integer, min_lon integer, max_lon integer
) ON COMMIT DROP
