//! Albums and photos: the truth.
//!
//! Every write is one transaction on one shard: the rows, and an outbox row for each album or
//! photo that it changed. Writes of one owner take turns on that owner's row, always locked first,
//! so they never deadlock.

mod albums;
mod outbox;
mod photos;
mod rendering;

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

pub use albums::NewAlbum;
pub use outbox::Waiting;
pub use photos::{Announced, NewPhoto};
pub use rendering::{Outcome, Rendered, Work};

use super::Sharded;
use crate::{
    domain::{Moment, UserId},
    env::Env,
    error::{Of, Result},
};

/// The library database.
pub struct Library {
    db: Sharded,
}

impl Library {
    /// The library that `LIBRARY_SHARDS` leads to.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { db: Sharded::connect(env, "LIBRARY_SHARDS", "album")? })
    }

    /// How many photos and bytes this user keeps.
    pub async fn usage(&self, user: UserId) -> Result<Usage> {
        let row = sqlx::query(USAGE).bind(user.uuid()).fetch_optional(self.db.reader(user.shard())?).await;
        row.of("library")?.map_or(Ok(Usage::default()), |row| usage(&row)).of("library")
    }
}

/// What an owner keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Usage {
    /// How many photos.
    pub photos: u32,
    /// Their files' bytes.
    pub bytes: u64,
}

const USAGE: &str = "SELECT photos, bytes FROM owners WHERE user_id = ?";
const MAKE_OWNER: &str = "INSERT IGNORE INTO owners (user_id) VALUES (?)";
const LOCK_OWNER: &str = "SELECT photos, bytes FROM owners WHERE user_id = ? FOR UPDATE";

fn usage(row: &MySqlRow) -> sqlx::Result<Usage> {
    Ok(Usage { photos: row.try_get("photos")?, bytes: row.try_get("bytes")? })
}

/// Waits for this owner's turn, which lasts until the transaction ends.
async fn lock_owner(tx: &mut MySqlConnection, owner: UserId) -> sqlx::Result<Usage> {
    sqlx::query(MAKE_OWNER).bind(owner.uuid()).execute(&mut *tx).await?;
    usage(&sqlx::query(LOCK_OWNER).bind(owner.uuid()).fetch_one(tx).await?)
}

/// A `DATETIME(6)` column, which is in UTC.
pub(super) fn moment(row: &MySqlRow, column: &str) -> sqlx::Result<Moment> {
    Ok(Moment::from(row.try_get::<PrimitiveDateTime, _>(column)?.assume_utc()))
}
