-- Invitations into albums, each bound to an address. One row an album and address: who is invited
-- again is so by the same row.
CREATE TABLE invitations (
    id         BINARY(16)                                         NOT NULL PRIMARY KEY,
    album_id   BINARY(16)                                         NOT NULL,
    owner_id   BINARY(16)                                         NOT NULL,
    -- A keyed sum of the address, by which its account is told.
    invitee    CHAR(64) CHARACTER SET ascii                       NOT NULL,
    -- The address as the owner has written it; empty once it was accepted or revoked.
    address    VARCHAR(254)                                       NOT NULL,
    role       ENUM ('editor', 'viewer')                          NOT NULL,
    state      ENUM ('open', 'accepted', 'declined', 'revoked')   NOT NULL,
    -- The last sending, whose token alone is good.
    sending    BINARY(16)                                         NOT NULL,
    created_at DATETIME(6)                                        NOT NULL,
    sent_at    DATETIME(6)                                        NOT NULL,
    expires_at DATETIME(6)                                        NOT NULL,
    UNIQUE KEY invitation_of_address (album_id, invitee),
    UNIQUE KEY invitation_of_sending (sending),
    KEY invitations_of_album (album_id, id),
    KEY invitations_of_owner (owner_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_520_ci;
