-- What statistics count of rows that went to files on S3 and nowhere else: no query reaches them there. A line says
-- how often an owner's month saw something, and in which of a job's files the rows are.
CREATE TABLE archived_tallies (
    owner_id BINARY(16)      NOT NULL,
    job      BINARY(16)      NOT NULL,
    file     INT UNSIGNED    NOT NULL,
    month    CHAR(7)         NOT NULL,
    action   VARCHAR(40)     NOT NULL,
    -- Empty for none.
    camera   VARCHAR(255)    NOT NULL,
    n        BIGINT UNSIGNED NOT NULL,
    bytes    BIGINT UNSIGNED NOT NULL,
    PRIMARY KEY (owner_id, job, file, month, action, camera)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
