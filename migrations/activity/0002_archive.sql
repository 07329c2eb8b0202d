-- Old months on their way out of the database. A job takes one month of one cluster, as far as it is there
-- when the job exchanges it; what comes later is the next generation's.
CREATE TABLE archive_jobs (
    -- On the first shard of its cluster.
    id           BINARY(16)      NOT NULL PRIMARY KEY,
    month        CHAR(7)         NOT NULL,
    generation   INT UNSIGNED    NOT NULL,
    target       ENUM ('s3', 'redshift') NOT NULL,
    -- From `frozen` on there is a table `activity_<id>`; from `exchanged` on it has the rows; from `verified` on
    -- they are read from the target; `dropped`: the table is gone.
    state        ENUM ('planned', 'frozen', 'exchanged', 'exported', 'loading', 'verified', 'dropped', 'failed') NOT NULL,
    -- What the rows come to, once they are exported.
    row_count    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    bytes        BIGINT UNSIGNED NOT NULL DEFAULT 0,
    checksum     DECIMAL(38, 0)  NOT NULL DEFAULT 0,
    first_at     DATETIME(6)     NULL,
    last_at      DATETIME(6)     NULL,
    -- Loads that were begun, and the statements of the last one.
    attempt      INT UNSIGNED    NOT NULL DEFAULT 0,
    load_id      VARCHAR(100)    NULL,
    check_id     VARCHAR(100)    NULL,
    -- Why it failed.
    reason       VARCHAR(1000)   NULL,
    planned_at   DATETIME(6)     NOT NULL,
    updated_at   DATETIME(6)     NOT NULL,
    UNIQUE KEY job_of_month (month, generation)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The Parquet files of a job, in the order of the rows' ids. A file that is not done is written anew.
CREATE TABLE archive_files (
    job       BINARY(16)      NOT NULL,
    number    INT UNSIGNED    NOT NULL,
    -- What S3 calls the upload in parts that makes it.
    upload    VARCHAR(1024)   NOT NULL,
    done      BOOLEAN         NOT NULL DEFAULT FALSE,
    -- Whether what S3 has was read back and is the same.
    checked   BOOLEAN         NOT NULL DEFAULT FALSE,
    row_count BIGINT UNSIGNED NOT NULL DEFAULT 0,
    bytes     BIGINT UNSIGNED NOT NULL DEFAULT 0,
    checksum  DECIMAL(38, 0)  NOT NULL DEFAULT 0,
    first_at  DATETIME(6)     NULL,
    last_at   DATETIME(6)     NULL,
    -- The last row in it: the next file begins after that.
    end_id    BINARY(16)      NULL,
    end_at    DATETIME(6)     NULL,
    PRIMARY KEY (job, number)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
