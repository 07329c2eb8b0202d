-- Administration of accounts.
ALTER TABLE users
    -- Since when the user administers accounts; NULL for everybody else.
    ADD COLUMN administrator_since DATETIME(6) NULL,
    -- Since when nobody may log in to the account, because an administrator says so.
    ADD COLUMN suspended_at        DATETIME(6) NULL;

-- Codes that have made somebody an administrator: all of them on logical shard 0, so that of any number of claims one inserts the row.
CREATE TABLE administrator_claims (
    -- SHA-256.
    code_hash  BINARY(32)  NOT NULL PRIMARY KEY,
    -- Who claims, until the user's own row says so.
    user_id    BINARY(16)  NULL,
    claimed_at DATETIME(6) NOT NULL,
    KEY claims_of_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
