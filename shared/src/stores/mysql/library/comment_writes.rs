//! Comments written, changed and deleted. The photo counts them, in the same transaction.

use super::{
    access::WriteAccess,
    audience,
    comments::{COMMENT_BY_ID, find},
    database::Library,
    owner_transaction::OwnerTransaction,
};
use crate::{
    domain::{
        AlbumId, Change, CommentId, CommentText, Moment, PhotoId, UserId,
        discovery::{AuthorView, CommentView},
    },
    error::{Error, Of, Result},
    stores::mysql::{batch::Batch, conflicts::again_after_deadlock},
};

/// Minutes in which a comment can be changed.
pub const EDIT_MINUTES: i64 = 15;

const INSERT_COMMENT: &str = "\
    INSERT INTO comments (id, photo_id, album_id, author_id, text, created_at) \
    VALUES (?, ?, ?, ?, ?, ?)";
const ONE_MORE: &str = "UPDATE photos SET comments = comments + 1 WHERE id = ?";
const ONE_LESS: &str = "UPDATE photos SET comments = comments - 1 WHERE id = ?";
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

impl Library {
    /// Writes a comment, and returns it, its author without a name; one that has this id is left as
    /// it is, and counted once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for strangers, and for an album in which the author does not see the
    /// photo; [`Error::Invalid`] without an album when there are several; [`Error::InTrash`].
    pub async fn create_comment(&self, new: &NewComment) -> Result<(CommentView, Vec<Change>)> {
        again_after_deadlock(|| self.try_create_comment(new)).await
    }

    async fn try_create_comment(&self, new: &NewComment) -> Result<(CommentView, Vec<Change>)> {
        let access = WriteAccess::viewer(new.author);
        let mut more = Batch::default();
        audience::add_visible_albums(&mut more, new.photo, new.author);
        more.add(COMMENT_BY_ID, &[&new.id.uuid()]);
        let (mut transaction, _, mut answers) = self
            .begin_photo_transaction_reading(new.photo, &access, &more)
            .await?;
        let albums: Vec<AlbumId> = answers
            .next()
            .and_then(|answer| answer.column())
            .of("library")?;
        let album = choose(new.album, &albums)?;
        let found = answers.next().and_then(|answer| answer.row());
        if let Some(comment) = found.of("library")? {
            return Ok((comment, transaction.commit().await?));
        }
        let comment = insert(&mut transaction, new, album);
        Ok((comment, transaction.commit().await?))
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
        transaction.defer(DELETE_COMMENT, &[&id.uuid()]);
        count(&mut transaction, ONE_LESS, comment.photo);
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

/// Has the commit write a comment that is not there yet; the comment.
fn insert(
    transaction: &mut OwnerTransaction,
    new: &NewComment,
    album: Option<AlbumId>,
) -> CommentView {
    let created_at = Moment::now();
    let text = new.text.as_str();
    transaction.defer(
        INSERT_COMMENT,
        &[
            &new.id.uuid(),
            &new.photo.uuid(),
            &album.map(AlbumId::uuid),
            &new.author.uuid(),
            &text,
            &created_at.utc(),
        ],
    );
    count(transaction, ONE_MORE, new.photo);
    transaction.set_subject("comment", new.id.uuid());
    if let Some(album) = album {
        transaction.add_fact("album", album.to_string());
    }
    CommentView {
        id: new.id,
        photo: new.photo,
        album,
        author: AuthorView { id: new.author, name: None },
        text: text.to_owned(),
        created_at,
        edited_at: None,
        version: 1,
    }
}

/// Has the commit count a comment more or less of this photo.
fn count(transaction: &mut OwnerTransaction, sql: &'static str, photo: PhotoId) {
    transaction.defer(sql, &[&photo.uuid()]);
    transaction.mark_photo_annotated(photo);
    transaction.add_fact("photo", photo.to_string());
}
