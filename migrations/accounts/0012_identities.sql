-- Identities at providers of single sign-on, by which users log in: one for each provider.
CREATE TABLE identities (
    user_id             BINARY(16)   NOT NULL,
    issuer              VARCHAR(255) NOT NULL,
    -- The provider's own name of the person, which it gives to nobody else.
    subject             VARCHAR(255) NOT NULL,
    linked_at           DATETIME(6)  NOT NULL,
    -- Since when a claim of the provider's makes the user an administrator; NULL when none does, or a code did before.
    administrator_since DATETIME(6)  NULL,
    PRIMARY KEY (user_id, issuer)
) ENGINE = InnoDB DEFAULT CHARSET = ascii COLLATE = ascii_bin;
