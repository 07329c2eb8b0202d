-- Since when somebody was last a member no more: an invitation that was sent before opens nothing to them.
ALTER TABLE members ADD COLUMN removed_at DATETIME(6) NULL;

-- Finds invitations whose time has been over for long.
ALTER TABLE invitations ADD KEY invitations_by_end (expires_at);
