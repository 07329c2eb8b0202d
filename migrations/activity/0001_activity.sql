-- The logical database `activity`: who did what to what, and when. Rows are only ever added.
-- A row lives on the shard of the user whose library or account it concerns.

-- A partition a month. `ensure-partitions` makes the months; what comes before it, or after the last
-- month that it made, finds its place in `later`: no row fails for want of a partition.
CREATE TABLE activity (
    -- A UUIDv7 with the owner's shard.
    id           BINARY(16)  NOT NULL,
    at           DATETIME(6) NOT NULL,
    owner_id     BINARY(16)  NOT NULL,
    -- NULL: a guest, or the service itself.
    actor_id     BINARY(16)  NULL,
    -- The name of the route or worker: create-photo.
    action       VARCHAR(40) NOT NULL,
    subject_kind VARCHAR(12) NOT NULL,
    subject_id   BINARY(16)  NOT NULL,
    -- A JSON object of at most about 1 KB; never an e-mail address, a token, a password.
    context      TEXT        NOT NULL,
    PRIMARY KEY (id, at),
    KEY activity_of_owner (owner_id, at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
PARTITION BY RANGE COLUMNS (at) (
    PARTITION later VALUES LESS THAN (MAXVALUE)
);

-- Rows that came weeks after what they tell of. Their months may be archived at any time, so the row alone
-- does not say that it has been here; this does, for longer than a message lives.
CREATE TABLE late (
    id      BINARY(16)  NOT NULL PRIMARY KEY,
    came_at DATETIME(6) NOT NULL,
    KEY late_by_time (came_at)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
