//! Comments: what people say about a photo in an album. Who sees the photo in another album does
//! not read them; the photo's owner reads all. The photo counts them, in the same transaction.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{
    access::WriteAccess, audience, database::Library, owner_transaction::OwnerTransaction,
};
use crate::{
    domain::{
        AlbumId, Change, CommentId, CommentText, Limit, Moment, Page, PhotoId, UserId,
        discovery::{AuthorView, CommentView},
        view::Role,
    },
    error::{Error, Of, Result},
    stores::mysql::{
        failures::again_after_deadlock,
        rows::{maybe_moment, moment},
    },
};

/// Minutes in which a comment can be changed.
pub const EDIT_MINUTES: i64 = 15;

const INSERT_COMMENT: &str = "\
    INSERT IGNORE INTO comments (id, photo_id, album_id, author_id, text, created_at) VALUES (?, ?, ?, ?, ?, ?)";
const ONE_MORE: &str = "UPDATE photos SET comments = comments + 1 WHERE id = ?";
const ONE_LESS: &str = "UPDATE photos SET comments = comments - 1 WHERE id = ?";
const COMMENT_BY_ID: &str = "SELECT * FROM comments WHERE id = ?";
pub(super) const COMMENTS_OF_PHOTO: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_of_photo) WHERE photo_id = ? AND id > ? ORDER BY id LIMIT ?";
pub(super) const COMMENTS_IN_ALBUM: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_in_album) \
    WHERE photo_id = ? AND album_id = ? AND id > ? ORDER BY id LIMIT ?";
/// Comments of albums in which a member sees the photo. `COUNT` looks up one row of each table by
/// its primary key; of `EXISTS` the optimizer makes a list.
pub(super) const COMMENTS_FOR_MEMBER: &str = "\
    SELECT c.* FROM comments c FORCE INDEX (comments_of_photo) \
    WHERE c.photo_id = ? AND c.id > ? \
      AND (SELECT COUNT(*) FROM entries e \
           STRAIGHT_JOIN albums a FORCE INDEX (PRIMARY) ON a.id = e.album_id AND a.deleted_at IS NULL \
           STRAIGHT_JOIN members m ON m.album_id = e.album_id AND m.role IS NOT NULL AND m.user_id = ? \
           WHERE e.album_id = c.album_id AND e.photo_id = c.photo_id) > 0 \
    ORDER BY c.id LIMIT ?";
const EDIT_COMMENT: &str =
    "UPDATE comments SET text = ?, edited_at = ?, version = version + 1 WHERE id = ?";
const DELETE_COMMENT: &str = "DELETE FROM comments WHERE id = ?";

/// A comment to be written.
#[derive(Debug)]
pub struct NewComment {
    /// Its id, on its photo's shard.
    pub id: CommentId,
    /// The photo that it is about.
    pub photo: PhotoId,
    /// The album in which it is said; `None` for the one in which its author sees the photo.
    pub album: Option<AlbumId>,
    /// Who writes it.
    pub author: UserId,
    /// What it says.
    pub text: CommentText,
}

impl Library {
    /// Writes a comment; one that has this id is left as it is, and counted once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, and for an album in which the author does not see the
    /// photo; [`Error::Invalid`] without an album when there are several; [`Error::InTrash`].
    pub async fn create_comment(&self, new: &NewComment) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_create_comment(new)).await
    }

    async fn try_create_comment(&self, new: &NewComment) -> Result<Vec<Change>> {
        let (mut transaction, _) = self
            .begin_photo_transaction(new.photo, &WriteAccess::viewer(new.author))
            .await?;
        let albums = audience::find_visible_albums(transaction.db(), new.photo, new.author)
            .await
            .of("library")?;
        let album = choose(new.album, &albums)?;
        let insert = sqlx::query(INSERT_COMMENT)
            .bind(new.id.uuid())
            .bind(new.photo.uuid());
        let insert = insert
            .bind(album.map(AlbumId::uuid))
            .bind(new.author.uuid());
        let insert = insert.bind(new.text.as_str()).bind(Moment::now().utc());
        if insert
            .execute(transaction.db())
            .await
            .of("library")?
            .rows_affected()
            > 0
        {
            sqlx::query(ONE_MORE)
                .bind(new.photo.uuid())
                .execute(transaction.db())
                .await
                .of("library")?;
            transaction.mark_photo_changed(new.photo);
            transaction.set_subject("comment", new.id.uuid());
            transaction.add_fact("photo", new.photo.to_string());
            if let Some(album) = album {
                transaction.add_fact("album", album.to_string());
            }
        }
        transaction.commit().await
    }

    /// The comment as its newest row has it, its author without a name.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn find_comment(&self, id: CommentId) -> Result<CommentView> {
        find(&mut *self.db.writer(id.shard())?.acquire().await.of("library")?, id).await
    }

    /// Returns the comments on a photo that `viewer` may read, oldest first, after `after`, their
    /// authors without names: those of one album, or of all in which the viewer sees the photo.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, and for an album in which the viewer does not see the
    /// photo.
    pub async fn comments_for(
        &self,
        photo: PhotoId,
        album: Option<AlbumId>,
        viewer: UserId,
        after: Option<CommentId>,
        limit: Limit,
    ) -> Result<Page<CommentView, CommentId>> {
        let role = self.photo_role(photo, viewer).await?;
        // The writer: a caller expects the comment that was just written.
        let mut db = self
            .db
            .writer(photo.shard())?
            .acquire()
            .await
            .of("library")?;
        if let (Some(album), Role::Editor | Role::Viewer) = (album, role) {
            let albums = audience::find_visible_albums(&mut db, photo, viewer)
                .await
                .of("library")?;
            if !albums.contains(&album) {
                return Err(Error::NotFound { what: "album" });
            }
        }
        let after = after.map_or(Uuid::nil(), CommentId::uuid);
        let query = match (album, role) {
            (Some(album), _) => sqlx::query(COMMENTS_IN_ALBUM)
                .bind(photo.uuid())
                .bind(album.uuid())
                .bind(after),
            (None, Role::Owner) => sqlx::query(COMMENTS_OF_PHOTO)
                .bind(photo.uuid())
                .bind(after),
            (None, Role::Editor | Role::Viewer) => sqlx::query(COMMENTS_FOR_MEMBER)
                .bind(photo.uuid())
                .bind(after)
                .bind(viewer.uuid()),
        };
        let rows = query
            .bind(limit.one_more())
            .fetch_all(&mut *db)
            .await
            .of("library")?;
        let comments = rows
            .iter()
            .map(read)
            .collect::<sqlx::Result<_>>()
            .of("library")?;
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
        let (mut transaction, comment) = self.begin_comment_transaction(id, caller).await?;
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
        let edit = sqlx::query(EDIT_COMMENT)
            .bind(text.as_str())
            .bind(now.utc())
            .bind(id.uuid());
        edit.execute(transaction.db()).await.of("library")?;
        transaction.set_subject("comment", id.uuid()); // the photo shows nothing of it
        transaction.add_fact("photo", comment.photo.to_string());
        transaction.commit().await
    }

    /// Deletes a comment: its author may, and the photo's owner.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, [`Error::NotAuthor`], [`Error::InTrash`].
    pub async fn delete_comment(&self, id: CommentId, caller: UserId) -> Result<Vec<Change>> {
        again_after_deadlock(|| self.try_delete_comment(id, caller)).await
    }

    async fn try_delete_comment(&self, id: CommentId, caller: UserId) -> Result<Vec<Change>> {
        let (mut transaction, comment) = self.begin_comment_transaction(id, caller).await?;
        if comment.author.id != caller && transaction.owner != caller {
            return Err(Error::NotAuthor);
        }
        sqlx::query(DELETE_COMMENT)
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        sqlx::query(ONE_LESS)
            .bind(comment.photo.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
        transaction.mark_photo_changed(comment.photo);
        transaction.set_subject("comment", id.uuid());
        transaction.add_fact("photo", comment.photo.to_string());
        transaction.commit().await
    }

    /// A transaction of the photo's owner, for a caller who may read the comment, and the comment
    /// as the transaction finds it: somebody may have deleted it meanwhile.
    async fn begin_comment_transaction(
        &self,
        id: CommentId,
        caller: UserId,
    ) -> Result<(OwnerTransaction, CommentView)> {
        let photo = self.find_comment(id).await?.photo;
        let transaction = self
            .begin_photo_transaction(photo, &WriteAccess::viewer(caller))
            .await;
        let (mut transaction, _) = transaction.map_err(|error| match error {
            Error::NotFound { .. } => Error::NotFound { what: "comment" },
            other => other,
        })?;
        let comment = find(transaction.db(), id).await?;
        if transaction.owner != caller {
            let albums = audience::find_visible_albums(transaction.db(), photo, caller)
                .await
                .of("library")?;
            if !comment.album.is_some_and(|album| albums.contains(&album)) {
                return Err(Error::NotFound { what: "comment" });
            }
        }
        Ok((transaction, comment))
    }
}

/// The album in which a comment is said, of those in which its author sees the photo. `None` when
/// there are none: then the author is the photo's owner.
fn choose(asked: Option<AlbumId>, seen: &[AlbumId]) -> Result<Option<AlbumId>> {
    match (asked, seen) {
        (Some(album), seen) if seen.contains(&album) => Ok(Some(album)),
        (Some(_), _) => Err(Error::NotFound { what: "album" }),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(*only)),
        (None, several) => {
            let names: Vec<_> = several.iter().map(ToString::to_string).collect();
            Err(Error::field(
                "album",
                format!("must be one of {}, where the photo stands", names.join(", ")),
            ))
        }
    }
}

async fn find(db: &mut MySqlConnection, id: CommentId) -> Result<CommentView> {
    let row = sqlx::query(COMMENT_BY_ID)
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?;
    read(&row.ok_or(Error::NotFound { what: "comment" })?).of("library")
}

pub(super) fn read(row: &MySqlRow) -> sqlx::Result<CommentView> {
    Ok(CommentView {
        id: CommentId::from_uuid(row.try_get("id")?),
        photo: PhotoId::from_uuid(row.try_get("photo_id")?),
        album: row
            .try_get::<Option<Uuid>, _>("album_id")?
            .map(AlbumId::from_uuid),
        author: AuthorView { id: UserId::from_uuid(row.try_get("author_id")?), name: None },
        text: row.try_get("text")?,
        created_at: moment(row, "created_at")?,
        edited_at: maybe_moment(row, "edited_at")?,
        version: row.try_get("version")?,
    })
}
