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
    stores::mysql::{failures::again_after_deadlock, rows::from_row},
};

/// Minutes in which a comment can be changed.
pub const EDIT_MINUTES: i64 = 15;

const INSERT_COMMENT: &str = "\
    INSERT IGNORE INTO comments (id, photo_id, album_id, author_id, text, created_at) \
    VALUES (?, ?, ?, ?, ?, ?)";
const ONE_MORE: &str = "UPDATE photos SET comments = comments + 1 WHERE id = ?";
const ONE_LESS: &str = "UPDATE photos SET comments = comments - 1 WHERE id = ?";
const COMMENT_BY_ID: &str = "SELECT * FROM comments WHERE id = ?";
pub(super) const COMMENTS_OF_PHOTO: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_of_photo) \
    WHERE photo_id = ? AND id > ? ORDER BY id LIMIT ?";
pub(super) const COMMENTS_IN_ALBUM: &str = "\
    SELECT * FROM comments FORCE INDEX (comments_in_album) \
    WHERE photo_id = ? AND album_id = ? AND id > ? ORDER BY id LIMIT ?";
/// Comments of albums in which a member sees the photo. `COUNT` looks up one row of each table by
/// its primary key; of `EXISTS` the optimizer makes a list.
pub(super) const COMMENTS_FOR_MEMBER: &str = "\
    SELECT c.* FROM comments c FORCE INDEX (comments_of_photo) \
    WHERE c.photo_id = ? AND c.id > ? \
      AND (SELECT COUNT(*) FROM entries e \
           STRAIGHT_JOIN albums a FORCE INDEX (PRIMARY) \
               ON a.id = e.album_id AND a.deleted_at IS NULL \
           STRAIGHT_JOIN members m \
               ON m.album_id = e.album_id AND m.role IS NOT NULL AND m.user_id = ? \
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
    /// Its author.
    pub author: UserId,
    /// Its text.
    pub text: CommentText,
}

from_row!(CommentView {
    id,
    photo: "photo_id",
    album: "album_id",
    author: (author),
    text,
    created_at,
    edited_at,
    version,
});

fn author(row: &MySqlRow) -> sqlx::Result<AuthorView> {
    Ok(AuthorView { id: row.try_get("author_id")?, name: None })
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
        let access = WriteAccess::viewer(new.author);
        let (mut transaction, _) = self.begin_photo_transaction(new.photo, &access).await?;
        let albums = audience::find_visible_albums(transaction.db(), new.photo, new.author)
            .await
            .of("library")?;
        let album = choose(new.album, &albums)?;
        let inserted = sqlx::query(INSERT_COMMENT)
            .bind(new.id.uuid())
            .bind(new.photo.uuid())
            .bind(album.map(AlbumId::uuid))
            .bind(new.author.uuid())
            .bind(new.text.as_str())
            .bind(Moment::now().utc())
            .execute(transaction.db())
            .await
            .of("library")?;
        if inserted.rows_affected() > 0 {
            count(&mut transaction, ONE_MORE, new.photo).await?;
            transaction.set_subject("comment", new.id.uuid());
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
        let writer = self.db.writer(photo.shard())?;
        let mut db = writer.acquire().await.of("library")?;
        if let (Some(album), Role::Editor | Role::Viewer) = (album, role) {
            check_album(&mut db, album, photo, viewer).await?;
        }
        let after = after.map_or(Uuid::nil(), CommentId::uuid);
        let query = match (album, role) {
            (Some(album), _) => sqlx::query_as(COMMENTS_IN_ALBUM)
                .bind(photo.uuid())
                .bind(album.uuid())
                .bind(after),
            (None, Role::Owner) => sqlx::query_as(COMMENTS_OF_PHOTO)
                .bind(photo.uuid())
                .bind(after),
            (None, Role::Editor | Role::Viewer) => sqlx::query_as(COMMENTS_FOR_MEMBER)
                .bind(photo.uuid())
                .bind(after)
                .bind(viewer.uuid()),
        };
        let comments = query
            .bind(limit.one_more())
            .fetch_all(&mut *db)
            .await
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
        sqlx::query(EDIT_COMMENT)
            .bind(text.as_str())
            .bind(now.utc())
            .bind(id.uuid())
            .execute(transaction.db())
            .await
            .of("library")?;
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
        count(&mut transaction, ONE_LESS, comment.photo).await?;
        transaction.set_subject("comment", id.uuid());
        transaction.commit().await
    }

    /// A transaction of the photo's owner, for a caller who may read the comment, and the comment
    /// as the transaction finds it: somebody may have deleted it meanwhile.
    async fn begin_comment_transaction(
        &self,
        id: CommentId,
        caller: UserId,
    ) -> Result<(OwnerTransaction, CommentView)> {
        const MISSING: Error = Error::NotFound { what: "comment" };
        let photo = self.find_comment(id).await?.photo;
        let access = WriteAccess::viewer(caller);
        let (mut transaction, _) = match self.begin_photo_transaction(photo, &access).await {
            Err(Error::NotFound { .. }) => return Err(MISSING),
            begun => begun?,
        };
        let comment = find(transaction.db(), id).await?;
        if transaction.owner != caller {
            let albums = audience::find_visible_albums(transaction.db(), photo, caller)
                .await
                .of("library")?;
            if !comment.album.is_some_and(|album| albums.contains(&album)) {
                return Err(MISSING);
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
    sqlx::query_as(COMMENT_BY_ID)
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?
        .ok_or(Error::NotFound { what: "comment" })
}

/// Counts a comment more or less of this photo.
async fn count(
    transaction: &mut OwnerTransaction,
    sql: &'static str,
    photo: PhotoId,
) -> Result<()> {
    sqlx::query(sql)
        .bind(photo.uuid())
        .execute(transaction.db())
        .await
        .of("library")?;
    transaction.mark_photo_annotated(photo);
    transaction.add_fact("photo", photo.to_string());
    Ok(())
}

/// Refuses an album in which the viewer does not see the photo.
async fn check_album(
    db: &mut MySqlConnection,
    album: AlbumId,
    photo: PhotoId,
    viewer: UserId,
) -> Result<()> {
    let albums = audience::find_visible_albums(db, photo, viewer)
        .await
        .of("library")?;
    if albums.contains(&album) { Ok(()) } else { Err(Error::NotFound { what: "album" }) }
}
