-- Exports that end, and photos of the same bytes.

ALTER TABLE exports
    -- The next part begins after this one of the photos whose bytes have the sum `after_sha256`; without, after all of them.
    ADD COLUMN after_photo BINARY(16) NULL,
    ADD KEY exports_by_end (expires_at, id);
