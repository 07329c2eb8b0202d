-- Finds what was said in an album of photos that have left it.
ALTER TABLE comments ADD KEY comments_of_album (album_id, photo_id);
