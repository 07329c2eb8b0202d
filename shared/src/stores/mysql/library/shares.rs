//! Shares: links that show an album to whoever has them.
//!
//! The token is kept as its hash only. A share's id and token come from the request, so a request
//! that is repeated finds the row that it made. A share is never deleted but revoked, under the
//! next version, so that a late projection cannot bring it back.

use sqlx::{FromRow, MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{
    access::WriteAccess,
    announcing::{Announcement, NewPhoto},
    database::Library,
    photo_row::Photo,
    senders::{Sender, SenderBounds},
};
use crate::{
    domain::{
        AlbumId, Change, Limit, Moment, Name, Original, Page, PhotoId, ShareId, UserId,
        file_names::ending,
        sharing::{Allows, Share, ShareView, UploadBounds},
    },
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

pub(super) const SHARE_BY_ID: &str = "SELECT * FROM shares WHERE id = ?";
const COUNT: &str = "SELECT COUNT(*) FROM shares WHERE album_id = ? AND revoked_at IS NULL";
const INSERT: &str = "\
    INSERT IGNORE INTO shares (id, album_id, owner_id, token_hash, name, password_hash, \
                               allow_original, show_location, allow_upload, \
                               expires_at, created_at, upload_bytes, open_uploads) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
pub(super) const REVOKE: &str =
    "UPDATE shares SET revoked_at = ?, version = version + 1 WHERE id = ? AND revoked_at IS NULL";
/// Newest first: a share's id begins with the time it was made. The index is named because the
/// primary key has the same order, and would be read through everybody's shares.
pub(super) const SHARES_OF_ALBUM: &str = "\
    SELECT * FROM shares FORCE INDEX (shares_of_album) \
    WHERE album_id = ? AND revoked_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?";

const ORIGINAL_IN: &str = "\
    SELECT p.* FROM photos p JOIN entries e ON e.photo_id = p.id \
    JOIN albums a ON a.id = e.album_id \
    WHERE p.id = ? AND e.album_id = ? AND p.status = 'ready' \
      AND p.deleted_at IS NULL AND a.deleted_at IS NULL";

/// The most shares that an album has at a time, those that have expired included.
pub const MOST: usize = 100;

/// A share to be made.
#[derive(Debug)]
pub struct NewShare {
    /// Its id, on its album's shard.
    pub id: ShareId,
    /// The album that it shows.
    pub album: AlbumId,
    /// The user who makes it.
    pub caller: UserId,
    /// The hash of its token.
    pub token: [u8; 32],
    /// The name that its owner gives it.
    pub name: Option<Name>,
    /// The hash of its password.
    pub password: Option<String>,
    /// Its permissions.
    pub allows: Allows,
    /// Limits of what its guests may send.
    pub bounds: UploadBounds,
    /// The moment at which it ends by itself.
    pub expires_at: Option<Moment>,
}

from_row!(Share {
    id,
    album: "album_id",
    owner: "owner_id",
    token: (token),
    password: "password_hash",
    allows: _,
    expires_at,
    revoked_at,
    version,
});

from_row!(Allows { originals: "allow_original", places: "show_location", uploads: "allow_upload" });

from_row!(UploadBounds { bytes: "upload_bytes", open: "open_uploads" });

from_row!(ShareView {
    id,
    album: "album_id",
    name,
    has_password: (has_password),
    allow_original,
    show_location,
    allow_upload,
    upload_bytes,
    open_uploads,
    expires_at,
    created_at,
});

fn token(row: &MySqlRow) -> sqlx::Result<String> {
    let hash: Vec<u8> = row.try_get("token_hash")?;
    Ok(hex::encode(hash))
}

fn has_password(row: &MySqlRow) -> sqlx::Result<bool> {
    let hash: Option<String> = row.try_get("password_hash")?;
    Ok(hash.is_some())
}

/// A share, and the limits of what its guests may send.
struct BoundedShare {
    share: Share,
    bounds: UploadBounds,
}

from_row!(BoundedShare { share: _, bounds: _ });

impl Library {
    /// Makes a share; one that has this id is left as it is.
    ///
    /// # Errors
    /// Of [`Library::begin_album_transaction`]; [`Error::Full`].
    pub async fn create_share(&self, new: &NewShare) -> Result<(ShareView, Vec<Change>)> {
        again_after_deadlock(|| self.try_create_share(new)).await
    }

    async fn try_create_share(&self, new: &NewShare) -> Result<(ShareView, Vec<Change>)> {
        let access = WriteAccess::owner(new.caller);
        let (mut transaction, album) = self.begin_album_transaction(new.album, &access).await?;
        let there: Option<ShareView> = find(transaction.db(), new.id).await.of("library")?;
        let share = if let Some(share) = there {
            share
        } else {
            check_room(transaction.db(), new.album).await?;
            insert(transaction.db(), new, album.owner)
                .await
                .of("library")?;
            transaction.mark_changed(Change::Share { id: new.id, version: 1 });
            find(transaction.db(), new.id)
                .await
                .of("library")?
                .ok_or_else(|| Error::internal("a share that was made is not there"))?
        };
        let changes = transaction.commit().await?;
        Ok((share, changes))
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
        let share = self.share(id).await?.ok_or(NONE)?;
        if share.owner != caller {
            return Err(NONE);
        }
        let mut transaction = self.begin_owner_transaction(caller, id.shard()).await?;
        let revoked = sqlx::query(REVOKE)
            .bind(Moment::now().utc())
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        if revoked.rows_affected() == 0 {
            return Err(NONE);
        }
        // Its only change after it was made: the version that was read is the one before.
        transaction.mark_changed(Change::Share { id, version: share.version + 1 });
        transaction.commit().await
    }

    /// The share as its newest row has it, whether or not it can be used.
    pub async fn share(&self, id: ShareId) -> Result<Option<Share>> {
        let writer = self.db.writer(id.shard())?;
        let mut db = writer.acquire().await.of("library")?;
        find(&mut db, id).await.of("library")
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
        self.check_owner(album, caller).await?;
        let before = before.map_or(Uuid::max(), ShareId::uuid);
        let shares = sqlx::query_as(SHARES_OF_ALBUM)
            .bind(album.uuid())
            .bind(before)
            .bind(limit.one_more())
            .fetch_all(self.db.writer(album.shard())?)
            .await
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

    /// Returns the place of the bytes of a photo of this album that guests see, and a name for its
    /// file that is not the owner's.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the album has no such photo that is ready.
    pub async fn original_in(&self, album: AlbumId, photo: PhotoId) -> Result<(Original, String)> {
        let found: Photo = sqlx::query_as(ORIGINAL_IN)
            .bind(photo.uuid())
            .bind(album.uuid())
            .fetch_optional(self.db.writer(album.shard())?)
            .await
            .of("library")?
            .ok_or(Error::NotFound { what: "photo" })?;
        let ending = ending(found.media_type().unwrap_or_default());
        Ok((found.original(), format!("{photo}{ending}")))
    }

    async fn try_announce_as_guest(&self, id: ShareId, new: &NewPhoto) -> Result<Announcement> {
        const NONE: Error = Error::NotFound { what: "share" };
        let owner = self.share(id).await?.ok_or(NONE)?.owner;
        let access = WriteAccess::owner(owner);
        let (mut transaction, _) = self.begin_album_transaction(new.album, &access).await?;
        // In the transaction, because the share may have been revoked meanwhile.
        let found = find(transaction.db(), id).await.of("library")?;
        let BoundedShare { share, bounds: own } = found.ok_or(NONE)?;
        if share.album != new.album || !share.allows.uploads || !share.lasts(Moment::now()) {
            return Err(NONE);
        }
        let usual = SenderBounds::usual(transaction.quota(new.quota));
        let bounds = SenderBounds {
            open: own.open.unwrap_or(usual.open),
            bytes: own.bytes.unwrap_or(usual.bytes),
        };
        self.announce_in(transaction, new, Sender::Guest(id), bounds)
            .await
    }
}

async fn find<S>(db: &mut MySqlConnection, id: ShareId) -> sqlx::Result<Option<S>>
where
    S: for<'row> FromRow<'row, MySqlRow> + Send + Unpin,
{
    sqlx::query_as(SHARE_BY_ID)
        .bind(id.uuid())
        .fetch_optional(db)
        .await
}

async fn check_room(db: &mut MySqlConnection, album: AlbumId) -> Result<()> {
    let count: i64 = sqlx::query_scalar(COUNT)
        .bind(album.uuid())
        .fetch_one(db)
        .await
        .of("library")?;
    if usize::try_from(count).is_ok_and(|count| count >= MOST) {
        Err(Error::Full { what: "shares", most: MOST })
    } else {
        Ok(())
    }
}

async fn insert(db: &mut MySqlConnection, new: &NewShare, owner: UserId) -> sqlx::Result<()> {
    sqlx::query(INSERT)
        .bind(new.id.uuid())
        .bind(new.album.uuid())
        .bind(owner.uuid())
        .bind(&new.token[..])
        .bind(new.name.as_ref().map_or("", Name::as_str))
        .bind(&new.password)
        .bind(new.allows.originals)
        .bind(new.allows.places)
        .bind(new.allows.uploads)
        .bind(new.expires_at.map(Moment::utc))
        .bind(Moment::now().utc())
        .bind(new.bounds.bytes)
        .bind(new.bounds.open)
        .execute(db)
        .await?;
    Ok(())
}
