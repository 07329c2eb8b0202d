//! Tells senders of photos apart: an album's owner, and others, who may do less.
//!
//! A photo that others announce stays apart until the end, whatever bytes the owner has: naming a
//! sum shows nothing of the owner's and changes nothing of it ([decision
//! 012](../../../../../docs/decisions/012-bytes-of-others.md)). How much of it may be on its way is
//! bounded, because it counts in the owner's usage before a byte has come.

use sqlx::{FromRow, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{Moment, PhotoId, ShareId, UserId},
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

/// Photos that are on their way: their number, and their bytes.
const OPEN: &str = "\
    SELECT COUNT(*) AS photos, CAST(COALESCE(SUM(bytes), 0) AS UNSIGNED) AS bytes \
    FROM photos FORCE INDEX (photos_of_sender) \
    WHERE sender = ? AND owner_id = ? AND status IN ('pending', 'processing')";
/// All that came, and what is on its way.
const SENT: &str = "\
    SELECT CAST(COALESCE(SUM(bytes), 0) AS UNSIGNED) AS bytes \
    FROM photos FORCE INDEX (photos_of_sender) \
    WHERE sender = ? AND owner_id = ? AND counts";
/// In whatever state the album is: one in the trash may come back.
const MAY_STILL_EDIT: &str = "\
    SELECT EXISTS (SELECT 1 FROM entries e JOIN members m ON m.album_id = e.album_id \
                   WHERE e.photo_id = ? AND m.user_id = ? AND m.role = 'editor')";
const MAY_STILL_SEND: &str = "\
    SELECT EXISTS (SELECT 1 FROM shares \
                   WHERE id = ? AND owner_id = ? AND allow_upload AND revoked_at IS NULL \
                     AND (expires_at IS NULL OR expires_at > ?))";
const FORGET_SENDER: &str = "UPDATE photos SET sender = ? WHERE sender = ? LIMIT 1000";

/// Photos that others than the owner may have on their way at a time, unless the owner says
/// otherwise.
pub const OPEN_UPLOADS: u32 = 100;

/// The part of the owner's quota that others may take: a quarter. Of a member what is on its way;
/// of a link all that its guests have sent, unless the owner says otherwise.
pub const PART_OF_QUOTA: u64 = 4;

/// The sender of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// The one whose it will be.
    Owner,
    /// Somebody who may add photos to the album.
    Member(UserId),
    /// Anybody who has this link.
    Guest(ShareId),
}

/// Limits of what others may send.
#[derive(Clone, Copy, Debug)]
pub(super) struct SenderBounds {
    /// Photos on their way.
    pub open: u32,
    /// Bytes.
    pub bytes: u64,
}

/// Photos that are on their way.
struct OpenUploads {
    photos: i64,
    bytes: u64,
}

from_row!(OpenUploads { photos, bytes });

impl SenderBounds {
    /// The usual bounds of an owner who may keep so many bytes.
    pub fn usual(quota: u64) -> Self {
        Self { open: OPEN_UPLOADS, bytes: quota / PART_OF_QUOTA }
    }
}

impl Sender {
    /// The word that the database has for its kind.
    pub fn kind(self) -> Option<&'static str> {
        match self {
            Self::Owner => None,
            Self::Member(_) => Some("member"),
            Self::Guest(_) => Some("guest"),
        }
    }

    /// The user or share.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Owner => None,
            Self::Member(user) => Some(user.uuid()),
            Self::Guest(share) => Some(share.uuid()),
        }
    }
}

/// The sender that a photo's row names.
impl FromRow<'_, MySqlRow> for Sender {
    fn from_row(row: &MySqlRow) -> sqlx::Result<Self> {
        let kind: Option<String> = row.try_get("sender_kind")?;
        let id: Option<Uuid> = row.try_get("sender")?;
        Ok(match (kind.as_deref(), id) {
            (Some("member"), Some(id)) => Self::Member(UserId::from_uuid(id)),
            (Some("guest"), Some(id)) => Self::Guest(ShareId::from_uuid(id)),
            _ => Self::Owner,
        })
    }
}

impl OwnerTransaction {
    /// Refuses a sender one more photo of so many bytes than the bounds allow; an owner has none
    /// but the quota.
    pub(super) async fn check_sender_bounds(
        &mut self,
        sender: Sender,
        bytes: u64,
        bounds: SenderBounds,
    ) -> Result<()> {
        let Some(id) = sender.id() else { return Ok(()) };
        let open: OpenUploads = sqlx::query_as(OPEN)
            .bind(id)
            .bind(self.owner.uuid())
            .fetch_one(self.db())
            .await
            .of("library")?;
        if open.photos >= i64::from(bounds.open) {
            return Err(Error::TooManyOpen { most: bounds.open });
        }
        let taken = match sender {
            Sender::Guest(_) => self.bytes_sent_by(id).await.of("library")?,
            Sender::Member(_) | Sender::Owner => open.bytes,
        };
        if taken.saturating_add(bytes) > bounds.bytes {
            Err(Error::NoRoom { bytes: bounds.bytes })
        } else {
            Ok(())
        }
    }

    async fn bytes_sent_by(&mut self, sender: Uuid) -> sqlx::Result<u64> {
        sqlx::query_scalar(SENT)
            .bind(sender)
            .bind(self.owner.uuid())
            .fetch_one(self.db())
            .await
    }

    /// Returns whether who announced this photo may still send it: a URL to send it to outlives a
    /// membership and a link.
    pub(super) async fn may_still_send(
        &mut self,
        photo: PhotoId,
        sender: Sender,
    ) -> sqlx::Result<bool> {
        let owner = self.owner.uuid();
        let may = match sender {
            Sender::Owner => return Ok(true),
            Sender::Member(user) => sqlx::query_scalar(MAY_STILL_EDIT)
                .bind(photo.uuid())
                .bind(user.uuid()),
            Sender::Guest(share) => sqlx::query_scalar(MAY_STILL_SEND)
                .bind(share.uuid())
                .bind(owner)
                .bind(Moment::now().utc()),
        };
        may.fetch_one(self.db()).await
    }
}

impl Library {
    /// Forgets that this user has sent photos to others, who keep them. What of it is on its way is
    /// not taken any more.
    pub async fn forget_sender(&self, cluster: usize, user: UserId) -> Result<()> {
        let Some(writer) = self.db.writers().nth(cluster) else { return Ok(()) };
        loop {
            let forget = sqlx::query(FORGET_SENDER)
                .bind(Uuid::nil())
                .bind(user.uuid());
            if forget.execute(writer).await.of("library")?.rows_affected() < 1000 {
                return Ok(());
            }
        }
    }
}
