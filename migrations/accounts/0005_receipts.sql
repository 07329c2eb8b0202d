-- The warehouse is asked to forget an account, and whether it has is asked later.
ALTER TABLE receipts
    -- What it was asked, by the id that it gave; NULL before that.
    ADD COLUMN statement VARCHAR(100) NULL,
    -- How often that failed.
    ADD COLUMN attempt   INT UNSIGNED NOT NULL DEFAULT 0;
