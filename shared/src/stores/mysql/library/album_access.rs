//! Albums for callers who may: transactions of their owners, and reads.

use sqlx::MySqlConnection;

use super::{access::WriteAccess, database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{AlbumId, Moment, UserId, view::Role},
    error::{Error, Of, Result},
    stores::mysql::{batch::Batch, rows::from_row},
};

const ALBUM_FOR: &str = "\
    SELECT a.owner_id, a.version, a.created_at, a.deleted_at IS NOT NULL AS trashed, m.role \
    FROM albums a LEFT JOIN members m ON m.album_id = a.id AND m.user_id = ? \
    WHERE a.id = ? AND (a.owner_id = ? OR (m.role IS NOT NULL AND a.deleted_at IS NULL))";
/// The owner of an album that the caller sees: whose row the transaction waits for.
const FIND_OWNER_OF_ALBUM: &str = "\
    SET @owner = (SELECT a.owner_id FROM albums a \
                  LEFT JOIN members m \
                      ON m.album_id = a.id AND m.user_id = ? AND m.role IS NOT NULL \
                  WHERE a.id = ? AND (a.owner_id = ? OR m.user_id IS NOT NULL))";

const MISSING: Error = Error::NotFound { what: "album" };

/// An album as a transaction finds it.
pub(super) struct AlbumRow {
    pub owner: UserId,
    /// The caller's.
    pub role: Role,
    pub version: u32,
    pub created_at: Moment,
    pub trashed: bool,
}

/// An album, and the role that the caller has as a member.
struct AlbumOfMember {
    owner_id: UserId,
    role: Option<Role>,
    version: u32,
    created_at: Moment,
    trashed: bool,
}

from_row!(AlbumOfMember { owner_id, role, version, created_at, trashed });

impl Library {
    /// A transaction of the album's owner, for a caller who may. An album in the trash is not
    /// there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`], [`Error::Changed`].
    pub(super) async fn begin_album_transaction(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, AlbumRow)> {
        let (transaction, album) = self.begin_any_album_transaction(id, writer).await?;
        if album.trashed { Err(MISSING) } else { Ok((transaction, album)) }
    }

    /// The same, for an album that may be in the trash.
    pub(super) async fn begin_any_album_transaction(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<(OwnerTransaction, AlbumRow)> {
        let user = writer.user.uuid();
        let mut find_owner = Batch::default();
        find_owner.add(FIND_OWNER_OF_ALBUM, &[&user, &id.uuid(), &user]);
        let mut read = Batch::default();
        read.add(ALBUM_FOR, &[&user, &id.uuid(), &user]);
        let begun = self
            .begin_transaction_of(id.shard(), find_owner, &read)
            .await?;
        let Some((transaction, mut answers)) = begun else { return Err(MISSING) };
        let found = answers
            .next()
            .and_then(|answer| answer.row())
            .of("library")?;
        let album = album_of_member(found, writer.user)?;
        writer.check(album.role, album.version)?;
        Ok((transaction, album))
    }

    /// The album for a caller who may, read from the writer, without a transaction: for reads.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub(super) async fn find_album_for(
        &self,
        id: AlbumId,
        writer: &WriteAccess,
    ) -> Result<AlbumRow> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let album = album_for(&mut db, id, writer.user).await?;
        writer.check(album.role, album.version)?;
        if album.trashed { Err(MISSING) } else { Ok(album) }
    }

    /// Refuses whoever does not own this album, which is not in the trash: for what is not to be
    /// worked on for anybody else.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub async fn check_owner(&self, id: AlbumId, user: UserId) -> Result<()> {
        self.find_album_for(id, &WriteAccess::owner(user))
            .await
            .map(drop)
    }

    /// The same for whoever may not see it.
    ///
    /// # Errors
    /// As [`Library::begin_album_transaction`].
    pub async fn check_viewer(&self, id: AlbumId, user: UserId) -> Result<()> {
        self.find_album_for(id, &WriteAccess::viewer(user))
            .await
            .map(drop)
    }

    /// Returns the role of this user in the album, which is not in the trash.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers.
    pub(super) async fn album_role(&self, id: AlbumId, user: UserId) -> Result<Role> {
        let mut db = self.db.writer(id.shard())?.acquire().await.of("library")?;
        let album = album_for(&mut db, id, user).await?;
        if album.trashed { Err(MISSING) } else { Ok(album.role) }
    }
}

async fn album_for(db: &mut MySqlConnection, id: AlbumId, user: UserId) -> Result<AlbumRow> {
    let found = sqlx::query_as(ALBUM_FOR)
        .bind(user.uuid())
        .bind(id.uuid())
        .bind(user.uuid())
        .fetch_optional(db)
        .await
        .of("library")?;
    album_of_member(found, user)
}

/// The album that was found for this user.
///
/// # Errors
/// [`Error::NotFound`] when none was.
fn album_of_member(found: Option<AlbumOfMember>, user: UserId) -> Result<AlbumRow> {
    let album = found.ok_or(MISSING)?;
    let role =
        if album.owner_id == user { Role::Owner } else { album.role.unwrap_or(Role::Viewer) };
    Ok(AlbumRow {
        owner: album.owner_id,
        role,
        version: album.version,
        created_at: album.created_at,
        trashed: album.trashed,
    })
}
