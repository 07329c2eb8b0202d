-- An account whose owner has asked for its deletion, and until when that can be taken back.
ALTER TABLE users ADD COLUMN deletes_at DATETIME(6) NULL;
