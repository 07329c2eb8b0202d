-- The logical database `library`: albums, photos and what stands in which album.
-- A row lives on the shard that its id names; every transaction stays on one shard.

-- What an owner keeps, and the row that writes of one owner take turns on.
CREATE TABLE owners (
    user_id BINARY(16)      NOT NULL PRIMARY KEY,
    photos  INT UNSIGNED    NOT NULL DEFAULT 0,
    bytes   BIGINT UNSIGNED NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE albums (
    id          BINARY(16)    NOT NULL PRIMARY KEY,
    owner_id    BINARY(16)    NOT NULL,
    title       VARCHAR(200)  NOT NULL,
    description VARCHAR(2000) NOT NULL,
    cover_photo BINARY(16)    NULL,
    photo_count INT UNSIGNED  NOT NULL DEFAULT 0,
    created_at  DATETIME(6)   NOT NULL,
    updated_at  DATETIME(6)   NOT NULL,
    deleted_at  DATETIME(6)   NULL,
    version     INT UNSIGNED  NOT NULL DEFAULT 1,
    KEY albums_of_owner (owner_id, deleted_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE photos (
    id           BINARY(16)      NOT NULL PRIMARY KEY,
    owner_id     BINARY(16)      NOT NULL,
    sha256       BINARY(32)      NOT NULL,
    bytes        BIGINT UNSIGNED NOT NULL,
    content_type VARCHAR(100)    NOT NULL,
    file_name    VARCHAR(255)    NOT NULL,
    caption      VARCHAR(2000)   NOT NULL,
    status       ENUM ('pending', 'processing', 'ready', 'failed') NOT NULL,
    error_code   VARCHAR(40)     NULL,
    -- Counts uploads: a photo that failed may be sent again, under another object key.
    attempt      INT UNSIGNED    NOT NULL DEFAULT 1,
    width        INT UNSIGNED    NULL,
    height       INT UNSIGNED    NULL,
    taken_at     DATETIME(6)     NOT NULL,
    -- Minutes east of UTC where the photo was taken, when it says so.
    taken_offset SMALLINT        NULL,
    camera_make  VARCHAR(100)    NULL,
    camera_model VARCHAR(100)    NULL,
    lens         VARCHAR(100)    NULL,
    latitude     DOUBLE          NULL,
    longitude    DOUBLE          NULL,
    placeholder  VARBINARY(64)   NULL,
    renditions   TEXT            NULL,
    created_at   DATETIME(6)     NOT NULL,
    updated_at   DATETIME(6)     NOT NULL,
    version      INT UNSIGNED    NOT NULL DEFAULT 1,
    -- The same bytes are kept once an owner.
    UNIQUE KEY photo_of_bytes (owner_id, sha256)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- Which photos stand in which album, in the album's order.
CREATE TABLE entries (
    album_id BINARY(16)  NOT NULL,
    photo_id BINARY(16)  NOT NULL,
    taken_at DATETIME(6) NOT NULL,
    added_at DATETIME(6) NOT NULL,
    PRIMARY KEY (album_id, photo_id),
    KEY entries_in_order (album_id, taken_at, photo_id),
    KEY entries_of_photo (photo_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- What has been committed and may not be in the hot table yet.
CREATE TABLE outbox (
    id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind       ENUM ('album', 'photo') NOT NULL,
    aggregate  BINARY(16)      NOT NULL,
    version    INT UNSIGNED    NOT NULL,
    created_at DATETIME(6)     NOT NULL,
    -- Unique, so that deleting one row locks no gap in which others insert.
    UNIQUE KEY outbox_of_aggregate (aggregate, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
