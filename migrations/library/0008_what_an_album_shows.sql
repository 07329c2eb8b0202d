-- A comment is said in an album: who sees the photo in another one does not read it.
ALTER TABLE comments
    -- NULL: the photo stood in no album, and its owner alone reads it.
    ADD COLUMN album_id BINARY(16) NULL,
    ADD KEY comments_in_album (photo_id, album_id, id);

-- What was said before goes to one album in which its author sees the photo, else to one that it stands in: nobody reads
-- more than they could.
UPDATE comments c
SET c.album_id = (
    SELECT MIN(e.album_id) FROM entries e
    JOIN members m ON m.album_id = e.album_id AND m.user_id = c.author_id AND m.role IS NOT NULL
    WHERE e.photo_id = c.photo_id);
UPDATE comments c
SET c.album_id = (SELECT MIN(e.album_id) FROM entries e WHERE e.photo_id = c.photo_id)
WHERE c.album_id IS NULL;

-- How many photos of an album its guests see: those that are ready and not in the trash.
ALTER TABLE albums ADD COLUMN ready_count INT UNSIGNED NOT NULL DEFAULT 0;
-- Whether the album's `ready_count` counts this photo.
ALTER TABLE entries ADD COLUMN counted_ready BOOLEAN NOT NULL DEFAULT FALSE;

UPDATE entries e JOIN photos p ON p.id = e.photo_id
SET e.counted_ready = TRUE
WHERE p.status = 'ready' AND p.deleted_at IS NULL;
UPDATE albums a
SET a.ready_count = (SELECT COUNT(*) FROM entries e WHERE e.album_id = a.id AND e.counted_ready);
