//! Finds bytes that an owner has already: what a client asks before it sends a folder.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::database::Library;
use crate::{
    domain::{Moment, PhotoId, Sha256, UserId, view::Status},
    error::{Of, Result},
    stores::mysql::rows::from_row,
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
    /// Its status: bytes that are `pending` or `failed` have not arrived whole.
    pub status: Status,
    /// The moment at which it was put into the trash; `null` when it is not there.
    pub deleted_at: Option<Moment>,
}

from_row!(ExistingPhoto { sha256, photo: "id", status, deleted_at });

/// A photo of the owner's, and who has sent it.
struct SentPhoto {
    photo: ExistingPhoto,
    /// `None` for the owner.
    sender: Option<Uuid>,
}

from_row!(SentPhoto { photo: _, sender });

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
        let mut query = sqlx::query_as(sql).persistent(false).bind(owner.uuid());
        for sum in sums {
            query = query.bind(&sum.bytes()[..]);
        }
        // The writer: a caller asks again when an upload was cut off.
        let sent: Vec<SentPhoto> = query
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        let mut best = HashMap::<[u8; 32], (u8, ExistingPhoto)>::new();
        for one in sent {
            let sum = *one.photo.sha256.bytes();
            let rank = rank(&one);
            let kept = best.get(&sum).map_or(NONE, |(rank, _)| *rank);
            if rank < kept {
                best.insert(sum, (rank, one.photo));
            }
        }
        Ok(best.into_values().map(|(_, photo)| photo).collect())
    }
}

/// The rank of what is none of the owner's business yet.
const NONE: u8 = 3;

/// Of the photos that have the same bytes the owner is told of one: what is there, what is in the
/// trash, what the owner has announced. What others have only announced is nothing that the owner
/// need not send.
fn rank(sent: &SentPhoto) -> u8 {
    let is_ready = sent.photo.status == Status::Ready;
    let is_trashed = sent.photo.deleted_at.is_some();
    match (is_ready, is_trashed) {
        (true, false) => 0,
        (true, true) => 1,
        (false, _) if sent.sender.is_none() => 2,
        (false, _) => NONE,
    }
}
