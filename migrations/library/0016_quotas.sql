ALTER TABLE owners
    -- Bytes that the owner may keep, as an administrator has said; NULL for as many as the stack allows.
    ADD COLUMN quota_bytes BIGINT UNSIGNED NULL;
