-- Mail to users.
ALTER TABLE users
    -- The language in which a user is written to, a tag of BCP 47; NULL until they have said.
    ADD COLUMN language          VARCHAR(20) NULL,
    -- Since when the address in the row is known to be its user's, by a mail to it; NULL until then.
    ADD COLUMN email_verified_at DATETIME(6) NULL;
