//! Comments: what people say about a photo in an album. Who sees the photo in another album does
//! not read them; the photo's owner reads all.

use sqlx::{MySqlConnection, Row, mysql::MySqlRow};
use uuid::Uuid;

use super::{audience, database::Library};
use crate::{
    domain::{
        AlbumId, CommentId, Limit, Page, PhotoId, UserId,
        discovery::{AuthorView, CommentView},
        view::Role,
    },
    error::{Error, Of, Result},
    stores::mysql::rows::from_row,
};

pub(super) const COMMENT_BY_ID: &str = "SELECT * FROM comments WHERE id = ?";
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
}

pub(super) async fn find(db: &mut MySqlConnection, id: CommentId) -> Result<CommentView> {
    sqlx::query_as(COMMENT_BY_ID)
        .bind(id.uuid())
        .fetch_optional(db)
        .await
        .of("library")?
        .ok_or(Error::NotFound { what: "comment" })
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
