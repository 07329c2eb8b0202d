-- A row of activity waits in the outbox, too: whole, because there is nothing to read it from again.
ALTER TABLE outbox
    MODIFY COLUMN kind ENUM ('album', 'photo', 'share', 'activity') NOT NULL,
    ADD COLUMN body TEXT NULL;
