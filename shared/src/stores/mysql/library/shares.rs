//! Shares: links that show an album to whoever has them.
//!
//! The token is kept as its hash only. A share's id and token come from the request, so a request
//! that is repeated finds the row that it made. A share is never deleted but revoked, under the
//! next version, so that a late projection cannot bring it back.

use sqlx::{Row, mysql::MySqlRow};

use super::{
    access::WriteAccess,
    database::Library,
    photo_row,
    photos::{Announcement, NewPhoto},
    senders::{Sender, SenderBounds},
};
use crate::{
    domain::{
        AlbumId, Change, Limit, Moment, Name, Original, Page, PhotoId, ShareId, UserId,
        file_names::ending,
        sharing::{Allows, Share, ShareView, UploadBounds},
    },
    error::{Error, Of, Result},
    stores::mysql::{
        failures::again_after_deadlock,
        rows::{maybe_moment, moment},
    },
};

const SHARE_BY_ID: &str = "SELECT * FROM shares WHERE id = ?";
const COUNT: &str = "SELECT COUNT(*) FROM shares WHERE album_id = ? AND revoked_at IS NULL";
const INSERT: &str = "\
    INSERT IGNORE INTO shares (id, album_id, owner_id, token_hash, name, password_hash, allow_original, show_location, \
                               allow_upload, expires_at, created_at, upload_bytes, open_uploads) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const REVOKE: &str =
    "UPDATE shares SET revoked_at = ?, version = version + 1 WHERE id = ? AND revoked_at IS NULL";
/// Newest first: a share's id begins with the time it was made. The index is named because the
/// primary key has the same order, and would be read through everybody's shares.
pub(super) const SHARES_OF_ALBUM: &str = "\
    SELECT * FROM shares FORCE INDEX (shares_of_album) \
    WHERE album_id = ? AND revoked_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?";

const ORIGINAL_IN: &str = "\
    SELECT p.* FROM photos p JOIN entries e ON e.photo_id = p.id JOIN albums a ON a.id = e.album_id \
    WHERE p.id = ? AND e.album_id = ? AND p.status = 'ready' AND p.deleted_at IS NULL AND a.deleted_at IS NULL";

/// The most shares that an album has at a time, those that have expired included.
pub const MOST: usize = 100;

/// A share to be made.
#[derive(Debug)]
pub struct NewShare {
    /// Its id, on its album's shard.
    pub id: ShareId,
    /// The album that it shows.
    pub album: AlbumId,
    /// Who makes it.
    pub caller: UserId,
    /// The hash of its token.
    pub token: [u8; 32],
    /// What its owner calls it.
    pub name: Option<Name>,
    /// The hash of its password.
    pub password: Option<String>,
    /// What it allows.
    pub allows: Allows,
    /// Limits of what its guests may send.
    pub bounds: UploadBounds,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
}

impl Library {
    /// Makes a share; one that has this id is left as it is.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::Full`].
    pub async fn create_share(&self, new: &NewShare) -> Result<(ShareView, Vec<Change>)> {
        again_after_deadlock(|| self.try_create_share(new)).await
    }

    async fn try_create_share(&self, new: &NewShare) -> Result<(ShareView, Vec<Change>)> {
        let (mut transaction, album) = self
            .begin_album_transaction(new.album, &WriteAccess::owner(new.caller))
            .await?;
        let there = sqlx::query(SHARE_BY_ID)
            .bind(new.id.uuid())
            .fetch_optional(transaction.db())
            .await
            .of("library")?;
        if there.is_none() {
            let count: i64 = sqlx::query_scalar(COUNT)
                .bind(new.album.uuid())
                .fetch_one(transaction.db())
                .await
                .of("library")?;
            if usize::try_from(count).is_ok_and(|count| count >= MOST) {
                return Err(Error::Full { what: "shares", most: MOST });
            }
            let insert = sqlx::query(INSERT)
                .bind(new.id.uuid())
                .bind(new.album.uuid())
                .bind(album.owner.uuid());
            let insert = insert
                .bind(&new.token[..])
                .bind(new.name.as_ref().map_or("", |name| name.as_str()));
            let insert = insert
                .bind(&new.password)
                .bind(new.allows.originals)
                .bind(new.allows.places);
            let insert = insert
                .bind(new.allows.uploads)
                .bind(new.expires_at.map(Moment::utc));
            let insert = insert
                .bind(Moment::now().utc())
                .bind(new.bounds.bytes)
                .bind(new.bounds.open);
            insert.execute(transaction.db()).await.of("library")?;
            transaction.mark_changed(Change::Share { id: new.id, version: 1 });
        }
        let row = sqlx::query(SHARE_BY_ID)
            .bind(new.id.uuid())
            .fetch_one(transaction.db())
            .await
            .of("library")?;
        let changes = transaction.commit().await?;
        Ok((view(&row).of("library")?, changes))
    }

    /// Ends a share of the caller's, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the caller has none with this id that has not ended.
    pub async fn revoke_share(&self, id: ShareId, caller: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_revoke(id, caller)).await
    }

    async fn try_revoke(&self, id: ShareId, caller: UserId) -> Result<Vec<Change>> {
        const NONE: Error = Error::NotFound { what: "share" };
        let share = self
            .share(id)
            .await?
            .filter(|share| share.owner == caller)
            .ok_or(NONE)?;
        let mut transaction = self.begin_owner_transaction(caller, id.shard()).await?;
        let revoke = sqlx::query(REVOKE)
            .bind(Moment::now().utc())
            .bind(id.uuid());
        if revoke
            .execute(transaction.db())
            .await
            .of("library")?
            .rows_affected()
            == 0
        {
            return Err(NONE);
        }
        // Its only change after it was made: the version that was read is the one before.
        transaction.mark_changed(Change::Share { id, version: share.version + 1 });
        transaction.commit().await
    }

    /// The share as its newest row has it, whether or not it can be used.
    pub async fn share(&self, id: ShareId) -> Result<Option<Share>> {
        let row = sqlx::query(SHARE_BY_ID)
            .bind(id.uuid())
            .fetch_optional(self.db.writer(id.shard())?)
            .await;
        row.of("library")?
            .as_ref()
            .map(read)
            .transpose()
            .of("library")
    }

    /// The shares of the caller's album that have not been revoked, newest first, after `before`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`] for members.
    pub async fn shares_of(
        &self,
        album: AlbumId,
        caller: UserId,
        before: Option<ShareId>,
        limit: Limit,
    ) -> Result<Page<ShareView, ShareId>> {
        self.find_album_for(album, &WriteAccess::owner(caller))
            .await?;
        let before = before.map_or(uuid::Uuid::max(), ShareId::uuid);
        let query = sqlx::query(SHARES_OF_ALBUM)
            .bind(album.uuid())
            .bind(before)
            .bind(u32::from(limit.get()) + 1);
        let rows = query
            .fetch_all(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        let shares = rows
            .iter()
            .map(view)
            .collect::<sqlx::Result<_>>()
            .of("library")?;
        Ok(Page::cut(shares, limit, |share: &ShareView| share.id))
    }

    /// Announces a photo for a guest: as [`Library::announce`] does for the owner, who keeps it, if
    /// the share allows that and has not ended.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the share does not, or the album is in the trash;
    /// those of [`Library::announce`].
    pub async fn announce_as_guest(&self, share: ShareId, new: &NewPhoto) -> Result<Announcement> {
        again_after_deadlock(|| self.try_announce_as_guest(share, new)).await
    }

    /// Where the bytes are of a photo of this album that guests see, and a name for its file that
    /// is not the owner's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the album has no such photo that is ready.
    pub async fn original_in(&self, album: AlbumId, photo: PhotoId) -> Result<(Original, String)> {
        let row = sqlx::query(ORIGINAL_IN)
            .bind(photo.uuid())
            .bind(album.uuid());
        let row = row
            .fetch_optional(self.db.writer(album.shard())?)
            .await
            .of("library")?;
        let found = row
            .as_ref()
            .map(photo_row::read)
            .transpose()
            .of("library")?;
        let found = found.ok_or(Error::NotFound { what: "photo" })?;
        let ending = ending(found.media_type().unwrap_or_default());
        Ok((found.original(), format!("{photo}{ending}")))
    }

    async fn try_announce_as_guest(&self, id: ShareId, new: &NewPhoto) -> Result<Announcement> {
        let owner = self
            .share(id)
            .await?
            .ok_or(Error::NotFound { what: "share" })?
            .owner;
        let (mut transaction, _) = self
            .begin_album_transaction(new.album, &WriteAccess::owner(owner))
            .await?;
        // In the transaction, because the share may have been revoked meanwhile.
        let row = sqlx::query(SHARE_BY_ID)
            .bind(id.uuid())
            .fetch_optional(transaction.db())
            .await
            .of("library")?;
        let share = row.as_ref().map(read).transpose().of("library")?;
        let allows = |s: &Share| s.album == new.album && s.allows.uploads && s.lasts(Moment::now());
        if !share.as_ref().is_some_and(allows) {
            return Err(Error::NotFound { what: "share" });
        }
        let own = row
            .as_ref()
            .map(bounds)
            .transpose()
            .of("library")?
            .unwrap_or_default();
        let usual = SenderBounds::usual(new.quota);
        let bounds = SenderBounds {
            open: own.open.unwrap_or(usual.open),
            bytes: own.bytes.unwrap_or(usual.bytes),
        };
        self.announce_in(transaction, new, Sender::Guest(id), bounds)
            .await
    }
}

fn read(row: &MySqlRow) -> sqlx::Result<Share> {
    let token: Vec<u8> = row.try_get("token_hash")?;
    Ok(Share {
        id: ShareId::from_uuid(row.try_get("id")?),
        album: AlbumId::from_uuid(row.try_get("album_id")?),
        owner: UserId::from_uuid(row.try_get("owner_id")?),
        token: hex::encode(token),
        password: row.try_get("password_hash")?,
        allows: allows(row)?,
        expires_at: maybe_moment(row, "expires_at")?,
        revoked_at: maybe_moment(row, "revoked_at")?,
        version: row.try_get("version")?,
    })
}

pub(super) fn view(row: &MySqlRow) -> sqlx::Result<ShareView> {
    let (allows, bounds) = (allows(row)?, bounds(row)?);
    Ok(ShareView {
        id: ShareId::from_uuid(row.try_get("id")?),
        album: AlbumId::from_uuid(row.try_get("album_id")?),
        name: row.try_get("name")?,
        has_password: row.try_get::<Option<String>, _>("password_hash")?.is_some(),
        allow_original: allows.originals,
        show_location: allows.places,
        allow_upload: allows.uploads,
        upload_bytes: bounds.bytes,
        open_uploads: bounds.open,
        expires_at: maybe_moment(row, "expires_at")?,
        created_at: moment(row, "created_at")?,
    })
}

fn allows(row: &MySqlRow) -> sqlx::Result<Allows> {
    let (originals, places) = (row.try_get("allow_original")?, row.try_get("show_location")?);
    Ok(Allows { originals, places, uploads: row.try_get("allow_upload")? })
}

fn bounds(row: &MySqlRow) -> sqlx::Result<UploadBounds> {
    Ok(UploadBounds { bytes: row.try_get("upload_bytes")?, open: row.try_get("open_uploads")? })
}
