-- What has been committed and may not be in the record of activity yet. As in `library`.
CREATE TABLE outbox (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind       ENUM ('activity') NOT NULL,
    aggregate  BINARY(16)      NOT NULL,
    version    INT UNSIGNED    NOT NULL,
    body       TEXT            NULL,
    created_at DATETIME(6)     NOT NULL,
    -- Unique, so that deleting one row locks no gap in which others insert.
    UNIQUE KEY outbox_of_aggregate (aggregate, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
