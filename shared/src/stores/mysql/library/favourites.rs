//! Favourites: a person's mark on a photo, for whoever may see it. The photo counts them, in the
//! same transaction.

use super::{access::WriteAccess, database::Library};
use crate::{
    domain::{Change, Moment, PhotoId, UserId},
    error::{Of, Result},
    stores::mysql::conflicts::again_after_deadlock,
};

const INSERT_FAVOURITE: &str =
    "INSERT IGNORE INTO favourites (photo_id, user_id, added_at) VALUES (?, ?, ?)";
pub(super) const DELETE_FAVOURITE: &str =
    "DELETE FROM favourites WHERE photo_id = ? AND user_id = ?";
const COUNT_MORE: &str = "UPDATE photos SET favourites = favourites + 1 WHERE id = ?";
const COUNT_LESS: &str = "UPDATE photos SET favourites = favourites - 1 WHERE id = ?";
const IS_FAVOURITE: &str =
    "SELECT EXISTS (SELECT 1 FROM favourites WHERE photo_id = ? AND user_id = ?)";

impl Library {
    /// Makes the photo a favourite of this user's, or no longer one. What is so already stays, and
    /// is counted once.
    ///
    /// # Errors
    /// [`Error::NotFound`](crate::Error::NotFound) for strangers,
    /// [`Error::InTrash`](crate::Error::InTrash).
    pub async fn set_favourite(
        &self,
        photo: PhotoId,
        user: UserId,
        favourite: bool,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_favourite(photo, user, favourite)).await
    }

    async fn try_favourite(
        &self,
        photo: PhotoId,
        user: UserId,
        favourite: bool,
    ) -> Result<Vec<Change>> {
        let access = WriteAccess::viewer(user);
        let (mut transaction, _) = self.begin_photo_transaction(photo, &access).await?;
        let set = if favourite {
            sqlx::query(INSERT_FAVOURITE)
                .bind(photo.uuid())
                .bind(user.uuid())
                .bind(Moment::now().utc())
        } else {
            sqlx::query(DELETE_FAVOURITE)
                .bind(photo.uuid())
                .bind(user.uuid())
        };
        let changed = set.execute(transaction.db()).await.of("library")?;
        if changed.rows_affected() > 0 {
            sqlx::query(if favourite { COUNT_MORE } else { COUNT_LESS })
                .bind(photo.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.mark_photo_annotated(photo);
        }
        transaction.commit().await
    }

    /// Returns true if the photo is a favourite of this user's. If the user may see it is not asked
    /// here.
    pub async fn is_favourite(&self, photo: PhotoId, user: UserId) -> Result<bool> {
        sqlx::query_scalar(IS_FAVOURITE)
            .bind(photo.uuid())
            .bind(user.uuid())
            .fetch_one(self.db.writer(photo.shard())?)
            .await
            .of("library")
    }
}
