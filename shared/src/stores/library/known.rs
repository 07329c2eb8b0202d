//! Which bytes an owner has already: what a client asks before it sends a folder.

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

use super::{Library, photos};
use crate::{
    domain::{Moment, PhotoId, Sha256, UserId, view::Status},
    error::{Of, Result},
};

/// With one parameter for each sum; here for two.
pub(super) const PHOTOS_OF_SUMS: &str = "SELECT id, sha256, status, deleted_at FROM photos FORCE INDEX (photo_of_bytes) WHERE owner_id = ? AND sha256 IN (?, ?)";

/// A photo that an owner has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "KnownPhoto")]
pub struct Known {
    /// The sum of its bytes.
    pub sha256: Sha256,
    /// The photo.
    pub photo: PhotoId,
    /// How far it is on its way: bytes that are `pending` or `failed` have not arrived whole.
    pub status: Status,
    /// When it was put into the trash; `null` when it is not there.
    pub deleted_at: Option<Moment>,
}

impl Library {
    /// The owner's photos whose bytes have these sums: at least one.
    pub async fn known(&self, owner: UserId, sums: &[Sha256]) -> Result<Vec<Known>> {
        let each = vec!["?"; sums.len()].join(", ");
        // Only question marks are put in. Not kept prepared: there is one for each number of sums.
        let sql = AssertSqlSafe(PHOTOS_OF_SUMS.replace("(?, ?)", &format!("({each})")));
        let query = sqlx::query(sql).persistent(false).bind(owner.uuid());
        let query = sums.iter().fold(query, |query, sum| query.bind(&sum.bytes()[..]));
        // The writer: a caller asks again when an upload was cut off.
        let rows = query.fetch_all(self.db.writer(owner.shard())?).await.of("library")?;
        rows.iter().map(read).collect::<sqlx::Result<_>>().of("library")
    }
}

fn read(row: &MySqlRow) -> sqlx::Result<Known> {
    let deleted_at = row.try_get::<Option<PrimitiveDateTime>, _>("deleted_at")?;
    Ok(Known {
        sha256: photos::sum(row)?,
        photo: PhotoId::from_uuid(row.try_get("id")?),
        status: photos::status(row)?,
        deleted_at: deleted_at.map(|at| Moment::from(at.assume_utc())),
    })
}
