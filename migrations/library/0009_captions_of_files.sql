-- A caption that a person has set, or cleared, is not overwritten by what the file says. (Of tags that is told by
-- `photos.tags`: NULL until somebody gives one or takes one away.)
ALTER TABLE photos ADD COLUMN caption_edited BOOLEAN NOT NULL DEFAULT FALSE;
