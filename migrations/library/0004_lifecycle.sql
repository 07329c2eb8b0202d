-- What goes for good: how it is found, and what is left to do once its rows are gone.

ALTER TABLE photos
    ADD KEY photos_in_trash (deleted_at, id),
    ADD KEY photos_unfinished (status, updated_at, id);
ALTER TABLE albums ADD KEY albums_in_trash (deleted_at, id);
ALTER TABLE uploads ADD KEY uploads_by_age (created_at, id);
ALTER TABLE shares ADD KEY shares_of_owner (owner_id, id);

-- An album or photo whose rows are gone: objects, projection and members' rows on other shards may be left of it.
CREATE TABLE remains (
    id       BINARY(16)              NOT NULL PRIMARY KEY,
    owner_id BINARY(16)              NOT NULL,
    kind     ENUM ('album', 'photo') NOT NULL,
    -- The version of the tombstone: one above the row's last.
    version  INT UNSIGNED            NOT NULL,
    gone_at  DATETIME(6)             NOT NULL,
    KEY remains_of_owner (owner_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;
