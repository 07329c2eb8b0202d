//! Tags. The photo's view has them too, sorted, as JSON, changed in the same transaction.
//!
//! A tag's case is kept as it was first written; the column's collation compares tags without case
//! and accents.

use super::{access::WriteAccess, database::Library, owner_transaction::OwnerTransaction};
use crate::{
    domain::{Change, Limit, Page, PhotoId, Tag, UserId, discovery::TagView},
    error::{Error, Of, Result},
    stores::mysql::{conflicts::again_after_deadlock, rows::from_row},
};

/// The most tags of a photo.
pub const MOST_TAGS: usize = 50;

const INSERT_TAG: &str = "INSERT IGNORE INTO tags (photo_id, tag, owner_id) VALUES (?, ?, ?)";
const DELETE_TAG: &str = "DELETE FROM tags WHERE photo_id = ? AND tag = ?";
pub(super) const TAGS_OF_PHOTO: &str = "SELECT tag FROM tags WHERE photo_id = ? ORDER BY tag";
const IS_UNTOUCHED: &str = "SELECT COUNT(*) FROM photos WHERE id = ? AND tags IS NULL";
const SET_TAGS: &str = "UPDATE photos SET tags = ? WHERE id = ?";
/// Read along the index, tag by tag, until the page is full.
pub(super) const TAGS_OF_OWNER: &str = "\
    SELECT t.tag, CAST(COUNT(*) AS UNSIGNED) AS photos FROM tags t FORCE INDEX (tags_of_owner) \
    STRAIGHT_JOIN photos p ON p.id = t.photo_id AND p.deleted_at IS NULL \
    WHERE t.owner_id = ? AND t.tag > ? GROUP BY t.tag ORDER BY t.tag LIMIT ?";

from_row!(TagView { tag, photos });

impl Library {
    /// Gives a photo a tag, or takes it away. What is so already stays as it is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAllowed`], [`Error::InTrash`],
    /// [`Error::Full`] when the photo has as many as it may.
    pub async fn set_tag(
        &self,
        photo: PhotoId,
        caller: UserId,
        tag: &Tag,
        on: bool,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_tag(photo, caller, tag, on)).await
    }

    async fn try_tag(
        &self,
        photo: PhotoId,
        caller: UserId,
        tag: &Tag,
        on: bool,
    ) -> Result<Vec<Change>> {
        let access = WriteAccess::editor(caller);
        let (mut transaction, _) = self.begin_photo_transaction(photo, &access).await?;
        let owner = transaction.owner.uuid();
        let set = if on {
            sqlx::query(INSERT_TAG)
                .bind(photo.uuid())
                .bind(tag.as_str())
                .bind(owner)
        } else {
            sqlx::query(DELETE_TAG)
                .bind(photo.uuid())
                .bind(tag.as_str())
        };
        let changed = set.execute(transaction.db()).await.of("library")?;
        if changed.rows_affected() > 0 {
            let tags = write_tags_into_view(&mut transaction, photo)
                .await
                .of("library")?;
            if on && tags > MOST_TAGS {
                // Rolled back with the transaction.
                return Err(Error::Full { what: "tags", most: MOST_TAGS });
            }
        }
        transaction.commit().await
    }

    /// This user's tags, sorted, with how many photos have each, after `after`.
    pub async fn tags_of(
        &self,
        owner: UserId,
        after: Option<String>,
        limit: Limit,
    ) -> Result<Page<TagView, String>> {
        // The writer: a caller expects the tag that was just given.
        let tags = sqlx::query_as(TAGS_OF_OWNER)
            .bind(owner.uuid())
            .bind(after.unwrap_or_default())
            .bind(limit.one_more())
            .fetch_all(self.db.writer(owner.shard())?)
            .await
            .of("library")?;
        Ok(Page::cut(tags, limit, |tag: &TagView| tag.tag.clone()))
    }
}

/// Gives a photo the tags that its file has, as many as it may have. One that somebody has given a
/// tag, or taken one from, keeps what they left.
pub(super) async fn add_tags_of_file(
    transaction: &mut OwnerTransaction,
    photo: PhotoId,
    tags: &[Tag],
) -> sqlx::Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let untouched: i64 = sqlx::query_scalar(IS_UNTOUCHED)
        .bind(photo.uuid())
        .fetch_one(transaction.db())
        .await?;
    if untouched == 0 {
        return Ok(());
    }
    let owner = transaction.owner.uuid();
    for tag in tags.iter().take(MOST_TAGS) {
        sqlx::query(INSERT_TAG)
            .bind(photo.uuid())
            .bind(tag.as_str())
            .bind(owner)
            .execute(transaction.db())
            .await?;
    }
    write_tags_into_view(transaction, photo).await?;
    Ok(())
}

/// Shows the photo's tags in its view; how many there are.
async fn write_tags_into_view(
    transaction: &mut OwnerTransaction,
    photo: PhotoId,
) -> sqlx::Result<usize> {
    let tags = sqlx::query_scalar::<_, String>(TAGS_OF_PHOTO)
        .bind(photo.uuid())
        .fetch_all(transaction.db())
        .await?;
    let json = serde_json::to_string(&tags).map_err(|e| sqlx::Error::Encode(e.into()))?;
    sqlx::query(SET_TAGS)
        .bind(json)
        .bind(photo.uuid())
        .execute(transaction.db())
        .await?;
    transaction.mark_photo_changed(photo);
    Ok(tags.len())
}
