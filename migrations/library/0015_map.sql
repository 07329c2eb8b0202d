-- Counts the places of an owner's photos for the map, without reading a photo.
ALTER TABLE photos ADD KEY photos_of_place (owner_id, deleted_at, latitude, longitude);
