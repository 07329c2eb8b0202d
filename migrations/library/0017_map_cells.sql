-- How many of an owner's photos were taken in each cell of the map, so that a map of a million
-- photos is read as one of a hundred.

-- The cells of some levels of the web Mercator grid; what is in the trash is in none.
CREATE TABLE map_cells (
    owner_id BINARY(16)       NOT NULL,
    level    TINYINT UNSIGNED NOT NULL,
    -- From the north, and from the 180th meridian eastwards.
    y        INT UNSIGNED     NOT NULL,
    x        INT UNSIGNED     NOT NULL,
    photos   INT              NOT NULL,
    -- Sums of its photos' rows and columns at the finest level: where their middle is.
    y_sum    BIGINT           NOT NULL,
    x_sum    BIGINT           NOT NULL,
    -- The photo that was added last.
    newest   BINARY(16)       NOT NULL,
    PRIMARY KEY (owner_id, level, y, x)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- In which cell of the finest level a photo is counted; NULL: in none. (`photos_of_place` is left
-- for code of before.)
ALTER TABLE photos
    ADD COLUMN map_cell BIGINT UNSIGNED NULL,
    ADD KEY photos_of_map_cell (owner_id, map_cell);

-- Whether all that is kept beside an owner's photos, to find and count them, has all of them. Those
-- of before are put there by a sweep, some photos at a time.
ALTER TABLE owners
    ADD COLUMN backfilled BOOLEAN NOT NULL DEFAULT FALSE,
    ADD KEY owners_to_backfill (backfilled, user_id);
