-- What statistics count of a job's rows, once for each job that was verified: its rows do not change after that. A row
-- without an owner says that its job was counted. The same may be here twice, if two count at once; who reads takes
-- equal rows for one.
CREATE TABLE tallies (
  job CHAR(32) NOT NULL,
  owner_id VARCHAR(32) NOT NULL,
  month VARCHAR(7) NOT NULL,
  action VARCHAR(40) NOT NULL,
  -- Empty for none.
  camera VARCHAR(1024) NOT NULL,
  n BIGINT NOT NULL,
  bytes BIGINT NOT NULL
)
DISTSTYLE KEY
DISTKEY (owner_id)
SORTKEY (owner_id);
