//! Comments: what people say about a photo. The photo counts them, in the same turn.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};

use super::{Library, access::Writer, maybe_moment, moment, turn::Turn};
use crate::{
    domain::{
        CommentId, CommentText, Limit, Moment, Page, PhotoId, UserId,
        found::{AuthorView, CommentView},
    },
    error::{Error, Of, Result},
    stores::{mysql::again_after_deadlock, projection::Change},
};

/// Minutes in which a comment can be changed.
pub const EDIT_MINUTES: i64 = 15;

const INSERT_COMMENT: &str = "\
    INSERT IGNORE INTO comments (id, photo_id, author_id, text, created_at) VALUES (?, ?, ?, ?, ?)";
const ONE_MORE: &str = "UPDATE photos SET comments = comments + 1 WHERE id = ?";
const ONE_LESS: &str = "UPDATE photos SET comments = comments - 1 WHERE id = ?";
const COMMENT_BY_ID: &str = "SELECT * FROM comments WHERE id = ?";
pub(super) const COMMENTS_OF_PHOTO: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_of_photo) WHERE photo_id = ? AND id > ? ORDER BY id LIMIT ?";
const EDIT_COMMENT: &str = "UPDATE comments SET text = ?, edited_at = ?, version = version + 1 WHERE id = ?";
const DELETE_COMMENT: &str = "DELETE FROM comments WHERE id = ?";

/// A comment to be written.
#[derive(Debug)]
pub struct NewComment {
    /// Its id, on its photo's shard.
    pub id: CommentId,
    /// The photo that it is about.
    pub photo: PhotoId,
    /// Who writes it.
    pub author: UserId,
    /// What it says.
    pub text: CommentText,
}

impl Library {
    /// Writes a comment; one that has this id is left as it is, and counted once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::InTrash`].
    pub async fn comment(&self, new: &NewComment) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_comment(new)).await
    }

    async fn try_comment(&self, new: &NewComment) -> Result<Vec<Change>> {
        let (mut turn, _) = self.photo_turn(new.photo, &Writer::viewer(new.author)).await?;
        let insert = sqlx::query(INSERT_COMMENT).bind(new.id.uuid()).bind(new.photo.uuid()).bind(new.author.uuid());
        let insert = insert.bind(new.text.as_str()).bind(Moment::now().utc());
        if insert.execute(turn.db()).await.of("library")?.rows_affected() > 0 {
            sqlx::query(ONE_MORE).bind(new.photo.uuid()).execute(turn.db()).await.of("library")?;
            turn.photo_changed(new.photo);
            turn.about("comment", new.id.uuid());
            turn.fact("photo", new.photo.to_string());
        }
        turn.commit().await
    }

    /// The comment as its newest row has it, its author without a name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn read_comment(&self, id: CommentId) -> Result<CommentView> {
        find(&mut *self.db.writer(id.shard())?.acquire().await.of("library")?, id).await
    }

    /// The comments of a photo, oldest first, after `after`; their authors without names. Whether
    /// the caller may see the photo is not asked here.
    pub async fn comments_of(
        &self,
        photo: PhotoId,
        after: Option<CommentId>,
        limit: Limit,
    ) -> Result<Page<CommentView, CommentId>> {
        let after = after.map_or(uuid::Uuid::nil(), CommentId::uuid);
        let query = sqlx::query(COMMENTS_OF_PHOTO).bind(photo.uuid()).bind(after).bind(limit.one_more());
        // The writer: a caller expects the comment that was just written.
        let rows = query.fetch_all(self.db.writer(photo.shard())?).await.of("library")?;
        let comments = rows.iter().map(read).collect::<sqlx::Result<_>>().of("library")?;
        Ok(Page::cut(comments, limit, |comment: &CommentView| comment.id))
    }

    /// Changes what a comment says.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAuthor`], [`Error::TooLate`],
    /// [`Error::Changed`], [`Error::InTrash`].
    pub async fn edit_comment(
        &self,
        id: CommentId,
        caller: UserId,
        text: &CommentText,
        seen: Option<u32>,
    ) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_edit_comment(id, caller, text, seen)).await
    }

    async fn try_edit_comment(
        &self,
        id: CommentId,
        caller: UserId,
        text: &CommentText,
        seen: Option<u32>,
    ) -> Result<Vec<Change>> {
        let (mut turn, comment) = self.comment_turn(id, caller).await?;
        let now = Moment::now();
        if comment.author.id != caller {
            return Err(Error::NotAuthor);
        }
        if comment.created_at.plus(EDIT_MINUTES * 60) < now {
            return Err(Error::TooLate { minutes: EDIT_MINUTES });
        }
        if seen.is_some_and(|seen| seen != comment.version) {
            return Err(Error::Changed);
        }
        let edit = sqlx::query(EDIT_COMMENT).bind(text.as_str()).bind(now.utc()).bind(id.uuid());
        edit.execute(turn.db()).await.of("library")?;
        turn.about("comment", id.uuid()); // the photo shows nothing of it
        turn.fact("photo", comment.photo.to_string());
        turn.commit().await
    }

    /// Deletes a comment: its author may, and the photo's owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAuthor`], [`Error::InTrash`].
    pub async fn delete_comment(&self, id: CommentId, caller: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_delete_comment(id, caller)).await
    }

    async fn try_delete_comment(&self, id: CommentId, caller: UserId) -> Result<Vec<Change>> {
        let (mut turn, comment) = self.comment_turn(id, caller).await?;
        if comment.author.id != caller && turn.owner != caller {
            return Err(Error::NotAuthor);
        }
        sqlx::query(DELETE_COMMENT).bind(id.uuid()).execute(turn.db()).await.of("library")?;
        sqlx::query(ONE_LESS).bind(comment.photo.uuid()).execute(turn.db()).await.of("library")?;
        turn.photo_changed(comment.photo);
        turn.about("comment", id.uuid());
        turn.fact("photo", comment.photo.to_string());
        turn.commit().await
    }

    /// A turn of the photo's owner, for a caller who may see the photo, and the comment as the turn
    /// finds it: somebody may have deleted it meanwhile.
    async fn comment_turn(&self, id: CommentId, caller: UserId) -> Result<(Turn, CommentView)> {
        let photo = self.read_comment(id).await?.photo;
        let turn = self.photo_turn(photo, &Writer::viewer(caller)).await;
        let (mut turn, _) = turn.map_err(|error| match error {
            Error::NotFound { .. } => Error::NotFound { what: "comment" },
            other => other,
        })?;
        let comment = find(turn.db(), id).await?;
        Ok((turn, comment))
    }
}

async fn find(db: &mut MySqlConnection, id: CommentId) -> Result<CommentView> {
    let row = sqlx::query(COMMENT_BY_ID).bind(id.uuid()).fetch_optional(db).await.of("library")?;
    read(&row.ok_or(Error::NotFound { what: "comment" })?).of("library")
}

pub(super) fn read(row: &MySqlRow) -> sqlx::Result<CommentView> {
    Ok(CommentView {
        id: CommentId::from_uuid(row.try_get("id")?),
        photo: PhotoId::from_uuid(row.try_get("photo_id")?),
        author: AuthorView { id: UserId::from_uuid(row.try_get("author_id")?), name: None },
        text: row.try_get("text")?,
        created_at: moment(row, "created_at")?,
        edited_at: maybe_moment(row, "edited_at")?,
        version: row.try_get("version")?,
    })
}
