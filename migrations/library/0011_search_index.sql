-- The words that an owner's photos are found by, newest photo first: every search reads a part of
-- it in its order.

-- Rows of kind 0 are postings: a word, and a photo that has it. That of the empty word is the photo
-- itself, with all its words in `text`, so the empty word's postings are all photos in order. Rows
-- of kind 1 count an owner's photos with a word; their time and photo say nothing. The photos in the
-- trash have no rows.
CREATE TABLE search_index (
    owner_id    BINARY(16)       NOT NULL,
    kind        TINYINT UNSIGNED NOT NULL,
    -- Folded, in UTF-8, and compared byte by byte: what begins alike stands together.
    word        VARBINARY(128)   NOT NULL,
    taken_local DATETIME(6)      NOT NULL,
    photo_id    BINARY(16)       NOT NULL,
    photos      INT              NULL,
    text        MEDIUMBLOB       NULL,
    PRIMARY KEY (owner_id, kind, word, taken_local, photo_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

-- Under which time a photo's postings stand; NULL: it has none.
ALTER TABLE photos ADD COLUMN indexed_at DATETIME(6) NULL;

-- Whether all photos of the owner are in the index. Owners of before are indexed by a sweep, some
-- photos at a time; until then their searches are answered by the full-text index.
ALTER TABLE owners
    ADD COLUMN search_indexed BOOLEAN NOT NULL DEFAULT FALSE,
    ADD KEY owners_to_index (search_indexed, user_id);
