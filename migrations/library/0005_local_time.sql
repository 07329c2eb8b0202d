-- Photos in the order and the months of the clock of the place where they were taken.

-- What that clock showed: of a photo without a zone, `taken_at` is that clock. Computed when it is read and kept in
-- indexes, so that it cannot differ from the two columns that say it, whoever writes them.
ALTER TABLE photos
    ADD COLUMN taken_local DATETIME(6) AS (taken_at + INTERVAL COALESCE(taken_offset, 0) MINUTE) VIRTUAL;

-- The same names, because code that runs meanwhile asks for them.
ALTER TABLE photos
    DROP KEY photos_of_owner,
    ADD KEY photos_of_owner (owner_id, deleted_at, taken_local, id),
    DROP KEY photos_of_camera,
    ADD KEY photos_of_camera (owner_id, camera_model, taken_local, id);

-- Months are counted anew. Nobody changes a photo meanwhile: the first statement holds all of them.
START TRANSACTION;
UPDATE photos SET counted_in = DATE_FORMAT(taken_local, '%Y-%m') WHERE counted_in IS NOT NULL;
DELETE FROM months;
INSERT INTO months (owner_id, month, photos)
SELECT owner_id, counted_in, COUNT(*) FROM photos WHERE counted_in IS NOT NULL GROUP BY owner_id, counted_in;
COMMIT;

-- An entry's `taken_at` is the photo's `taken_local` from now on.
UPDATE entries e JOIN photos p ON p.id = e.photo_id SET e.taken_at = p.taken_local WHERE p.taken_offset <> 0;

-- Views in the hot table stand under this time as well: the relay has them moved.
INSERT IGNORE INTO outbox (kind, aggregate, version, created_at)
SELECT 'photo', id, version, UTC_TIMESTAMP(6) FROM photos WHERE taken_offset <> 0;
