-- The address that is to be the user's once a mail to it has shown that it is theirs, and since when.
ALTER TABLE users
    ADD COLUMN pending_email VARCHAR(254) NULL,
    ADD COLUMN pending_since DATETIME(6) NULL;
