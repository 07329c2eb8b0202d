ALTER TABLE owners
    -- What was put into the trash until then is to go at once; NULL when nothing of it is left.
    ADD COLUMN trash_emptied_at DATETIME(6) NULL,
    ADD KEY owners_with_emptied_trash (trash_emptied_at, user_id);
