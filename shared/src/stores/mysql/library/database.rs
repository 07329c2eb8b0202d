//! The library's database, and what it keeps of each owner: usage, and the folder of objects.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};

use crate::{
    domain::{Change, Folder, UserId},
    env::Env,
    error::{Of, Result},
    stores::mysql::{outbox::Outbox, sharded::Sharded},
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

    /// How many clusters there are.
    pub fn clusters(&self) -> usize {
        self.db.writers().count()
    }

    /// What has been committed here and may not be where it belongs yet.
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox { db: &self.db, service: "library" }
    }

    /// Forgets that this change waits.
    pub async fn settle(&self, change: &Change) -> Result<()> {
        self.outbox().settle(change).await
    }

    /// Returns the folder in which this user's objects stand.
    pub async fn folder(&self, user: UserId) -> Result<Folder> {
        let row = sqlx::query(FOLDER)
            .bind(user.uuid())
            .fetch_optional(self.db.writer(user.shard())?)
            .await;
        // Who has none keeps nothing yet.
        let none = Folder::kept(None, user);
        row.of("library")?
            .map_or(Ok(none), |row| folder(&row, user))
            .of("library")
    }

    /// How many photos and bytes this user keeps.
    pub async fn usage(&self, user: UserId) -> Result<Usage> {
        let row = sqlx::query(USAGE)
            .bind(user.uuid())
            .fetch_optional(self.db.reader(user.shard())?)
            .await;
        row.of("library")?
            .map_or(Ok(Usage::default()), |row| usage(&row))
            .of("library")
    }
}

/// What an owner keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// How many photos.
    pub photos: u32,
    /// Their files' bytes.
    pub bytes: u64,
}

const USAGE: &str = "SELECT photos, bytes, folder FROM owners WHERE user_id = ?";
const FOLDER: &str = "SELECT folder FROM owners WHERE user_id = ?";
/// Locks the row, made or found, for this transaction alone. `INSERT IGNORE` would lock a row that
/// it finds for sharing, and two transactions that then write would wait for each other.
const LOCK_OWNER: &str =
    "INSERT INTO owners (user_id, folder) VALUES (?, ?) ON DUPLICATE KEY UPDATE user_id = user_id";

fn usage(row: &MySqlRow) -> sqlx::Result<Usage> {
    Ok(Usage { photos: row.try_get("photos")?, bytes: row.try_get("bytes")? })
}

/// Holds this owner's row until the transaction ends, made where there is none.
pub(super) async fn lock_owner(
    tx: &mut MySqlConnection,
    owner: UserId,
) -> sqlx::Result<(Usage, Folder)> {
    sqlx::query(LOCK_OWNER)
        .bind(owner.uuid())
        .bind(Folder::random().uuid())
        .execute(&mut *tx)
        .await?;
    let row = sqlx::query(USAGE).bind(owner.uuid()).fetch_one(tx).await?;
    Ok((usage(&row)?, folder(&row, owner)?))
}

/// The folder that a row names.
pub(super) fn folder(row: &MySqlRow, owner: UserId) -> sqlx::Result<Folder> {
    Ok(Folder::kept(row.try_get("folder")?, owner))
}
