-- Members, shares, comments, favourites, tags, uploads in parts, the trash, and what finds photos.

-- Numbers an owner's changes in the order in which they were committed.
ALTER TABLE owners ADD COLUMN seq BIGINT UNSIGNED NOT NULL DEFAULT 0;

ALTER TABLE photos
    ADD COLUMN deleted_at    DATETIME(6)  NULL,
    -- The month of `months` that counts the photo.
    ADD COLUMN counted_in    CHAR(7)      NULL,
    -- What a person has set is not overwritten by what the file says.
    ADD COLUMN taken_edited  BOOLEAN      NOT NULL DEFAULT FALSE,
    ADD COLUMN place_edited  BOOLEAN      NOT NULL DEFAULT FALSE,
    ADD COLUMN favourites    INT UNSIGNED NOT NULL DEFAULT 0,
    ADD COLUMN comments      INT UNSIGNED NOT NULL DEFAULT 0,
    -- A JSON array, sorted: what `tags` has, for the view.
    ADD COLUMN tags          TEXT         NULL,
    -- The owner as one word, then every word that a search may find: a full-text query that asks for the owner's word, too,
    -- meets nobody else's photos.
    ADD COLUMN search_text   TEXT         NULL,
    -- Serves the timeline, searches and the trash.
    ADD KEY photos_of_owner (owner_id, deleted_at, taken_at, id),
    ADD KEY photos_of_camera (owner_id, camera_model, taken_at, id),
    ADD FULLTEXT KEY photos_text (search_text);

-- Photos that are not in the trash, by the month in which they were taken (UTC).
CREATE TABLE months (
    owner_id BINARY(16)   NOT NULL,
    month    CHAR(7)      NOT NULL,
    photos   INT UNSIGNED NOT NULL,
    PRIMARY KEY (owner_id, month)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- The newest change of each album and photo of an owner, in the order of their commits: what GET /v1/changes reads.
CREATE TABLE changes (
    owner_id  BINARY(16)              NOT NULL,
    aggregate BINARY(16)              NOT NULL,
    kind      ENUM ('album', 'photo') NOT NULL,
    seq       BIGINT UNSIGNED         NOT NULL,
    -- Whether it is gone for good.
    gone      BOOLEAN                 NOT NULL DEFAULT FALSE,
    PRIMARY KEY (owner_id, aggregate),
    UNIQUE KEY changes_in_order (owner_id, seq)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- Who else may see an album. Without a role: who was a member once.
CREATE TABLE members (
    album_id BINARY(16)                NOT NULL,
    user_id  BINARY(16)                NOT NULL,
    role     ENUM ('editor', 'viewer') NULL,
    added_at DATETIME(6)               NOT NULL,
    -- Counts the changes of this row.
    version  INT UNSIGNED              NOT NULL DEFAULT 1,
    -- The version that the user's own shard has.
    told     INT UNSIGNED              NOT NULL DEFAULT 0,
    PRIMARY KEY (album_id, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- The same seen from the member, on the member's shard.
CREATE TABLE memberships (
    user_id  BINARY(16)                NOT NULL,
    album_id BINARY(16)                NOT NULL,
    role     ENUM ('editor', 'viewer') NULL,
    added_at DATETIME(6)               NOT NULL,
    version  INT UNSIGNED              NOT NULL,
    PRIMARY KEY (user_id, album_id),
    KEY memberships_in_order (user_id, added_at, album_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- Links that show an album to whoever has them. The token is kept only as its SHA-256.
CREATE TABLE shares (
    id             BINARY(16)   NOT NULL PRIMARY KEY,
    album_id       BINARY(16)   NOT NULL,
    owner_id       BINARY(16)   NOT NULL,
    token_hash     BINARY(32)   NOT NULL,
    name           VARCHAR(100) NOT NULL,
    password_hash  VARCHAR(255) NULL,
    allow_original BOOLEAN      NOT NULL,
    show_location  BOOLEAN      NOT NULL,
    allow_upload   BOOLEAN      NOT NULL,
    expires_at     DATETIME(6)  NULL,
    created_at     DATETIME(6)  NOT NULL,
    revoked_at     DATETIME(6)  NULL,
    version        INT UNSIGNED NOT NULL DEFAULT 1,
    UNIQUE KEY share_of_token (token_hash),
    KEY shares_of_album (album_id, revoked_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE comments (
    id         BINARY(16)    NOT NULL PRIMARY KEY,
    photo_id   BINARY(16)    NOT NULL,
    author_id  BINARY(16)    NOT NULL,
    text       VARCHAR(2000) NOT NULL,
    created_at DATETIME(6)   NOT NULL,
    edited_at  DATETIME(6)   NULL,
    version    INT UNSIGNED  NOT NULL DEFAULT 1,
    KEY comments_of_photo (photo_id, id),
    KEY comments_of_author (author_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

CREATE TABLE favourites (
    photo_id BINARY(16)  NOT NULL,
    user_id  BINARY(16)  NOT NULL,
    added_at DATETIME(6) NOT NULL,
    PRIMARY KEY (photo_id, user_id),
    KEY favourites_of_user (user_id, photo_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

CREATE TABLE tags (
    photo_id BINARY(16)  NOT NULL,
    tag      VARCHAR(50) NOT NULL,
    owner_id BINARY(16)  NOT NULL,
    PRIMARY KEY (photo_id, tag),
    KEY tags_of_owner (owner_id, tag, photo_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;

-- Uploads in parts.
CREATE TABLE uploads (
    id         BINARY(16)    NOT NULL PRIMARY KEY,
    photo_id   BINARY(16)    NOT NULL,
    owner_id   BINARY(16)    NOT NULL,
    attempt    INT UNSIGNED  NOT NULL,
    -- What S3 calls the upload.
    s3_upload  VARCHAR(1024) NOT NULL,
    -- Bytes of every part but the last.
    part_bytes INT UNSIGNED  NOT NULL,
    created_at DATETIME(6)   NOT NULL,
    UNIQUE KEY upload_of_photo (photo_id, attempt)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- A share is projected, too.
ALTER TABLE outbox MODIFY COLUMN kind ENUM ('album', 'photo', 'share') NOT NULL;
