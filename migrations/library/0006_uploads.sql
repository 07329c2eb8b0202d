-- Who sends what, and what of it counts.

ALTER TABLE photos
    -- Whether its bytes are in its owner's usage: not once it is sure that none of them are kept.
    ADD COLUMN counts      BOOLEAN                  NOT NULL DEFAULT TRUE,
    -- Who announced it: a user or a share; without, its owner.
    ADD COLUMN sender_kind ENUM ('member', 'guest') NULL,
    ADD COLUMN sender      BINARY(16)               NULL,
    -- Whether who announced it still could when its bytes had come.
    ADD COLUMN accepted    BOOLEAN                  NOT NULL DEFAULT FALSE,
    -- The media type that its bytes have, since they were read.
    ADD COLUMN found_type  VARCHAR(100)             NULL,
    -- Not unique: what others send is a photo of its own. An owner's turn sees to it that the owner sends the same bytes once.
    DROP KEY photo_of_bytes,
    ADD KEY photo_of_bytes (owner_id, sha256, id),
    ADD KEY photos_of_sender (sender, owner_id, status, counts, bytes);

ALTER TABLE shares
    -- Bytes that guests may send by the link, in all; without, a part of the owner's quota.
    ADD COLUMN upload_bytes BIGINT UNSIGNED NULL,
    -- Photos that guests may have announced and not sent, at a time; without, a default.
    ADD COLUMN open_uploads INT UNSIGNED    NULL;

-- The folder that an owner's objects stand in: random, because paths of images are seen by guests. Without, the owner's id:
-- whoever kept photos before there were folders goes on with that.
ALTER TABLE owners ADD COLUMN folder BINARY(16) NULL;
ALTER TABLE photos ADD COLUMN folder BINARY(16) NULL;
ALTER TABLE uploads ADD COLUMN folder BINARY(16) NULL;
