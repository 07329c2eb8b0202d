//! Which bytes an owner has already: what a client asks before it sends a folder.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{AssertSqlSafe, Row, mysql::MySqlRow};
use time::PrimitiveDateTime;

use super::{database::Library, photo_row};
use crate::{
    domain::{Moment, PhotoId, Sha256, UserId, view::Status},
    error::{Of, Result},
};

/// With one parameter for each sum; here for two.
pub(super) const PHOTOS_OF_SUMS: &str = "\
    SELECT id, sha256, status, deleted_at, sender FROM photos FORCE INDEX (photo_of_bytes) \
    WHERE owner_id = ? AND sha256 IN (?, ?)";

/// A photo that an owner has.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "KnownPhoto")]
pub struct ExistingPhoto {
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
    pub async fn find_existing(
        &self,
        owner: UserId,
        sums: &[Sha256],
    ) -> Result<Vec<ExistingPhoto>> {
        let each = vec!["?"; sums.len()].join(", ");
        // Only question marks are put in. Not kept prepared: there is one for each number of sums.
        let sql = AssertSqlSafe(PHOTOS_OF_SUMS.replace("(?, ?)", &format!("({each})")));
        let query = sqlx::query(sql).persistent(false).bind(owner.uuid());
        let query = sums
            .iter()
            .fold(query, |query, sum| query.bind(&sum.bytes()[..]));
        // The writer: a caller asks again when an upload was cut off.
        let rows = query
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        let mut best = HashMap::<[u8; 32], (u8, ExistingPhoto)>::new();
        for row in &rows {
            let (rank, known) = (rank(row).of("library")?, read(row).of("library")?);
            let kept = best
                .get(known.sha256.bytes())
                .map_or(NONE, |(rank, _)| *rank);
            if rank < kept {
                best.insert(*known.sha256.bytes(), (rank, known));
            }
        }
        Ok(best.into_values().map(|(_, known)| known).collect())
    }
}

/// The rank of what is none of the owner's business yet.
const NONE: u8 = 3;

/// Of the photos that have the same bytes the owner is told of one: what is there, what is in the
/// trash, what the owner has announced. What others have only announced is nothing that the owner
/// need not send.
fn rank(row: &MySqlRow) -> sqlx::Result<u8> {
    let ready = photo_row::status(row)? == Status::Ready;
    let trashed = row
        .try_get::<Option<PrimitiveDateTime>, _>("deleted_at")?
        .is_some();
    let own = row.try_get::<Option<uuid::Uuid>, _>("sender")?.is_none();
    Ok(match (ready, trashed) {
        (true, false) => 0,
        (true, true) => 1,
        (false, _) => {
            if own {
                2
            } else {
                NONE
            }
        }
    })
}

fn read(row: &MySqlRow) -> sqlx::Result<ExistingPhoto> {
    let deleted_at = row.try_get::<Option<PrimitiveDateTime>, _>("deleted_at")?;
    Ok(ExistingPhoto {
        sha256: photo_row::sum(row)?,
        photo: PhotoId::from_uuid(row.try_get("id")?),
        status: photo_row::status(row)?,
        deleted_at: deleted_at.map(|at| Moment::from(at.assume_utc())),
    })
}
