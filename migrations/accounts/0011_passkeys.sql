-- Passkeys: credentials of WebAuthn, by which a user logs in without a password.
CREATE TABLE passkeys (
    user_id         BINARY(16)      NOT NULL,
    id              BINARY(16)      NOT NULL,
    -- The name that the user gave it.
    name            VARCHAR(100)    NOT NULL,
    -- What the authenticator calls it, and the SHA-256 of that: a key of this length has an index.
    credential_id   VARBINARY(1023) NOT NULL,
    credential_hash BINARY(32)      NOT NULL,
    -- A COSE_Key (RFC 9052).
    public_key      VARBINARY(1100) NOT NULL,
    -- How browsers reach its authenticator, separated by commas.
    transports      VARCHAR(100)    NOT NULL,
    -- The authenticator's own count of signatures; 0 of one that does not count.
    sign_count      INT UNSIGNED    NOT NULL,
    -- Whether it may be copied to other devices of its user, which never changes, and whether it was.
    backup_eligible BOOLEAN         NOT NULL,
    backed_up       BOOLEAN         NOT NULL,
    created_at      DATETIME(6)     NOT NULL,
    -- The last log-in, and the request that it was; NULL before the first.
    used_at         DATETIME(6)     NULL,
    used_by         CHAR(64)        NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE KEY passkeys_by_credential (user_id, credential_hash)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
