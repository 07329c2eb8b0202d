-- Invitations to sign up, which administrators send: all of them on logical shard 0, so that an address has one. What was accepted or revoked is gone.
CREATE TABLE sign_up_invitations (
    id         BINARY(16)                   NOT NULL PRIMARY KEY,
    -- The administrator who has sent it last.
    inviter_id BINARY(16)                   NOT NULL,
    -- A keyed sum of the address, by which it is found.
    invitee    CHAR(64) CHARACTER SET ascii NOT NULL,
    -- The address as the administrator has written it.
    address    VARCHAR(254)                 NOT NULL,
    -- The last sending, whose token alone is good.
    sending    BINARY(16)                   NOT NULL,
    created_at DATETIME(6)                  NOT NULL,
    sent_at    DATETIME(6)                  NOT NULL,
    expires_at DATETIME(6)                  NOT NULL,
    UNIQUE KEY sign_up_invitation_of_address (invitee),
    UNIQUE KEY sign_up_invitation_of_sending (sending),
    KEY sign_up_invitations_of_inviter (inviter_id, id),
    KEY sign_up_invitations_by_end (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
