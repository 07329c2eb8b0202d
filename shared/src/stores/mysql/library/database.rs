//! The library's database, and what it keeps of each owner: usage, and the folder of objects.

use sqlx::{FromRow, MySqlConnection, Row, mysql::MySqlRow};

use crate::{
    domain::{Change, Folder, Moment, UserId},
    env::Env,
    error::{Of, Result},
    stores::mysql::{batch::Batch, outbox::Outbox, rows::from_row, sharded::Sharded},
};

/// The library database.
pub struct Library {
    pub(super) db: Sharded,
}

impl Library {
    /// The library that `LIBRARY_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { db: Sharded::connect(env, "LIBRARY_SHARDS", "album")? })
    }

    /// Returns the number of clusters.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// Returns the outbox: changes that have been committed here and may not have been projected
    /// yet.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { db: &self.db, service: "library" }
    }

    /// Forgets that these changes wait.
    pub async fn settle(&self, changes: &[&Change]) -> Result<()> {
        self.outbox().settle(changes).await
    }

    /// Returns the folder in which this user's objects stand.
    pub async fn folder(&self, user: UserId) -> Result<Folder> {
        let folder = sqlx::query_as(FOLDER)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("library")?;
        // Who has none keeps nothing yet.
        Ok(folder.unwrap_or_else(|| Folder::kept(None, user)))
    }

    /// Returns how much this user keeps, and may keep.
    pub async fn storage(&self, user: UserId) -> Result<Storage> {
        let storage = sqlx::query_as(STORAGE)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await
            .of("library")?;
        Ok(storage.unwrap_or_default())
    }
}

/// The usage of an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// Number of photos.
    pub photos: u32,
    /// Their files' bytes.
    pub bytes: u64,
}

from_row!(Usage { photos, bytes });

/// The storage of an owner.
#[derive(Clone, Copy, Debug, Default)]
pub struct Storage {
    /// The usage.
    pub usage: Usage,
    /// Bytes that the owner may keep, if an administrator has said so.
    pub quota: Option<u64>,
}

from_row!(Storage { usage: _, quota: "quota_bytes" });

/// The owner as a transaction finds them.
#[derive(Clone, Copy)]
pub(super) struct OwnerRow {
    pub owner: UserId,
    pub usage: Usage,
    pub folder: Folder,
    /// Bytes that the owner may keep; `None` for as many as the stack allows.
    pub quota: Option<u64>,
    /// The moment at which the trash was emptied last; `None` when nothing of that is left.
    pub trash_emptied_at: Option<Moment>,
}

from_row!(OwnerRow {
    owner: "owner_id",
    usage: _,
    folder: _,
    quota: "quota_bytes",
    trash_emptied_at,
});

const STORAGE: &str = "SELECT photos, bytes, quota_bytes FROM owners WHERE user_id = ?";
const FOLDER: &str = "SELECT folder, user_id AS owner_id FROM owners WHERE user_id = ?";
const OWNER: &str = "\
    SELECT photos, bytes, folder, user_id AS owner_id, quota_bytes, trash_emptied_at FROM owners \
    WHERE user_id = ?";
/// Holds the row of the owner whom the session's variable names until the transaction ends: none
/// when it names nobody.
pub(super) const LOCKED_OWNER: &str = "\
    SELECT photos, bytes, folder, user_id AS owner_id, quota_bytes, trash_emptied_at FROM owners \
    WHERE user_id = @owner FOR UPDATE";
/// Locks the row, made or found, for this transaction alone. `INSERT IGNORE` would lock a row that
/// it finds for sharing, and two transactions that then write would wait for each other.
///
/// Of an owner who begins now, every photo will be in the index of words and on the map.
const MAKE_OWNER: &str = "\
    INSERT INTO owners (user_id, folder, search_indexed, backfilled) VALUES (?, ?, TRUE, TRUE) \
    ON DUPLICATE KEY UPDATE user_id = user_id";

/// Holds this owner's row until the transaction ends, made where there is none.
pub(super) async fn make_owner(tx: &mut MySqlConnection, owner: UserId) -> sqlx::Result<OwnerRow> {
    let mut make = Batch::default();
    make.add(MAKE_OWNER, &[&owner.uuid(), &Folder::random().uuid()]);
    make.add(OWNER, &[&owner.uuid()]);
    let mut answers = make.run(tx).await?;
    answers.next()?;
    answers.next()?.row()?.ok_or(sqlx::Error::RowNotFound)
}

/// The folder that a row names, beside its owner.
impl FromRow<'_, MySqlRow> for Folder {
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        Ok(Self::kept(row.try_get("folder")?, row.try_get("owner_id")?))
    }
}
