-- The record of every write, once it has left MySQL. Ids are 32 hexadecimal digits, so that a person can read
-- them and MD5 is taken of the same text on both sides.
--
-- Rows of one owner lie on one slice, because every question names an owner or groups by one; they are sorted by
-- time, because nearly every question names one too. `job` is the archive job that brought the row: what came
-- twice is replaced, and what a job brought can be counted.
CREATE TABLE activity (
  id CHAR(32) NOT NULL,
  at TIMESTAMP NOT NULL,
  owner_id CHAR(32) NOT NULL,
  actor_id CHAR(32),
  action VARCHAR(40) NOT NULL,
  subject_kind VARCHAR(12) NOT NULL,
  subject_id CHAR(32) NOT NULL,
  context VARCHAR(4096) NOT NULL,
  job CHAR(32) NOT NULL
)
DISTSTYLE KEY
DISTKEY (owner_id)
SORTKEY (at, owner_id);
