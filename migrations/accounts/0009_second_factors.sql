-- Second factors of log-ins.

-- What a user's app makes codes of, without its secret: that is a signature over the user and the salt.
CREATE TABLE second_factors (
    user_id      BINARY(16)      NOT NULL PRIMARY KEY,
    salt         BINARY(16)      NOT NULL,
    begun_at     DATETIME(6)     NOT NULL,
    -- Since when log-ins take a code; NULL until a code has shown that the app has the secret.
    confirmed_at DATETIME(6)     NULL,
    -- The last step whose code was used: none up to it is good any more. By which request, and when.
    used_step    BIGINT UNSIGNED NOT NULL DEFAULT 0,
    used_by      CHAR(64)        NULL,
    used_at      DATETIME(6)     NULL,
    -- Wrong codes since the last right one.
    wrong_codes  INT UNSIGNED    NOT NULL DEFAULT 0,
    -- The request that made the recovery codes.
    codes_by     CHAR(64)        NULL
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

CREATE TABLE recovery_codes (
    user_id BINARY(16)  NOT NULL,
    -- SHA-256.
    hash    BINARY(32)  NOT NULL,
    -- When a request used it, and which.
    used_at DATETIME(6) NULL,
    used_by CHAR(64)    NULL,
    PRIMARY KEY (user_id, hash)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
