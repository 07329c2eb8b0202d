-- Addresses that an account may have reserved beside the one in its row: one that is tried, or one that is given up.
CREATE TABLE addresses (
    id       BINARY(16)   NOT NULL PRIMARY KEY,
    user_id  BINARY(16)   NOT NULL,
    email    VARCHAR(254) NOT NULL,
    noted_at DATETIME(6)  NOT NULL,
    KEY addresses_of_user (user_id, id),
    KEY addresses_by_time (noted_at, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
