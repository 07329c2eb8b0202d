-- Exports, and what is left of accounts that were deleted.

-- All that belongs to a user, as ZIP files.
CREATE TABLE exports (
    id           BINARY(16)      NOT NULL PRIMARY KEY,
    user_id      BINARY(16)      NOT NULL,
    state        ENUM ('queued', 'running', 'ready', 'failed') NOT NULL,
    -- How many parts are whole; the next one begins after the photo whose bytes have this sum.
    parts        INT UNSIGNED    NOT NULL DEFAULT 0,
    after_sha256 BINARY(32)      NULL,
    photos       INT UNSIGNED    NOT NULL DEFAULT 0,
    bytes        BIGINT UNSIGNED NOT NULL DEFAULT 0,
    created_at   DATETIME(6)     NOT NULL,
    updated_at   DATETIME(6)     NOT NULL,
    -- Since it is ready: until when its files are kept.
    expires_at   DATETIME(6)     NULL,
    KEY exports_of_user (user_id, id),
    KEY exports_by_state (state, updated_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

CREATE TABLE export_parts (
    export_id BINARY(16)      NOT NULL,
    number    INT UNSIGNED    NOT NULL,
    -- The key of its object.
    object    VARCHAR(200)    NOT NULL,
    photos    INT UNSIGNED    NOT NULL,
    bytes     BIGINT UNSIGNED NOT NULL,
    sha256    BINARY(32)      NOT NULL,
    PRIMARY KEY (export_id, number)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

ALTER TABLE users ADD KEY users_closing (deletes_at, id);

-- What an account had when its deletion began. Once it is over nothing here says whose it was.
CREATE TABLE receipts (
    id       BINARY(16)  NOT NULL PRIMARY KEY,
    -- Whose, while it goes on.
    user_id  BINARY(16)  NULL,
    began_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6) NULL,
    -- A JSON object of numbers.
    counts   TEXT        NOT NULL,
    UNIQUE KEY receipt_of_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
