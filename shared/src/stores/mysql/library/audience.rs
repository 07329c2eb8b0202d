//! Decides what a photo's viewers may know of each other: those of one album do not learn what is
//! said, and marked, in another one.
//!
//! The photo's owner sees all of it. A favourite counts in an album for its owner and for who is a
//! member.

use std::collections::BTreeMap;

use sqlx::MySqlConnection;

use super::database::Library;
use crate::{
    domain::{AlbumId, PhotoId, ReactionCounts, UserId, view::PhotoView},
    error::{Of, Result},
    stores::mysql::batch::{Answers, Batch},
};

/// The albums, none of them in the trash, in which a user sees a photo.
pub(super) const ALBUMS_SEEN: &str = "\
    SELECT e.album_id FROM entries e FORCE INDEX (entries_of_photo) \
    STRAIGHT_JOIN albums a ON a.id = e.album_id AND a.deleted_at IS NULL \
    LEFT JOIN members m ON m.album_id = e.album_id AND m.role IS NOT NULL AND m.user_id = ? \
    WHERE e.photo_id = ? AND (a.owner_id = ? OR m.user_id IS NOT NULL)";
pub(super) const COMMENTS_BY_ALBUM: &str = "\
    SELECT album_id, COUNT(*) FROM comments FORCE INDEX (comments_in_album) \
    WHERE photo_id = ? AND album_id > x'00' GROUP BY album_id";
pub(super) const FAVOURED_BY: &str = "\
    SELECT e.album_id, f.user_id FROM entries e FORCE INDEX (entries_of_photo) \
    STRAIGHT_JOIN albums a ON a.id = e.album_id \
    STRAIGHT_JOIN favourites f ON f.photo_id = e.photo_id \
    LEFT JOIN members m \
        ON m.album_id = e.album_id AND m.role IS NOT NULL AND m.user_id = f.user_id \
    WHERE e.photo_id = ? AND (a.owner_id = f.user_id OR m.user_id IS NOT NULL)";

impl Library {
    /// Returns what is said and marked of this photo in each album; albums in which there is
    /// nothing are left out.
    async fn count_reactions_by_album(
        &self,
        photo: PhotoId,
    ) -> Result<BTreeMap<AlbumId, ReactionCounts>> {
        let mut db = self
            .db
            .writer(photo.shard())?
            .acquire()
            .await
            .of("library")?;
        let mut batch = Batch::default();
        add_reactions_by_album(&mut batch, photo);
        let mut answers = batch.run(&mut db).await.of("library")?;
        read_reactions_by_album(&mut answers).of("library")
    }

    /// Returns the photo as this viewer sees it: with the counts of the albums in which they see
    /// it.
    pub async fn with_visible_reactions(
        &self,
        viewer: UserId,
        owner: UserId,
        mut photo: PhotoView,
    ) -> Result<PhotoView> {
        if viewer == owner || (photo.comments == 0 && photo.favourites == 0) {
            return Ok(photo);
        }
        let said = self.count_reactions_by_album(photo.id).await?;
        let writer = self.db.writer(photo.id.shard())?;
        let mut db = writer.acquire().await.of("library")?;
        let albums = find_visible_albums(&mut db, photo.id, viewer)
            .await
            .of("library")?;
        let known = ReactionCounts::in_all(albums.iter().filter_map(|album| said.get(album)));
        photo.comments = known.comments;
        photo.favourites = known.favourites;
        Ok(photo)
    }
}

/// Adds the queries of what is said and marked of a photo in each album.
pub(super) fn add_reactions_by_album(batch: &mut Batch, photo: PhotoId) {
    batch.add(COMMENTS_BY_ALBUM, &[&photo.uuid()]);
    batch.add(FAVOURED_BY, &[&photo.uuid()]);
}

/// Reads the answers to [`add_reactions_by_album`]; albums in which there is nothing are left out.
pub(super) fn read_reactions_by_album(
    answers: &mut Answers,
) -> sqlx::Result<BTreeMap<AlbumId, ReactionCounts>> {
    let mut said: BTreeMap<AlbumId, ReactionCounts> = BTreeMap::new();
    let counts: Vec<(AlbumId, i64)> = answers.next()?.rows()?;
    for (album, comments) in counts {
        let comments = u32::try_from(comments).unwrap_or(u32::MAX);
        said.entry(album).or_default().comments = comments;
    }
    let marks: Vec<(AlbumId, UserId)> = answers.next()?.rows()?;
    for (album, _) in marks {
        said.entry(album).or_default().favourites += 1;
    }
    Ok(said)
}

/// Adds the query of the albums in which this viewer sees the photo.
pub(super) fn add_visible_albums(batch: &mut Batch, photo: PhotoId, viewer: UserId) {
    batch.add(ALBUMS_SEEN, &[&viewer.uuid(), &photo.uuid(), &viewer.uuid()]);
}

pub(super) async fn find_visible_albums(
    db: &mut MySqlConnection,
    photo: PhotoId,
    viewer: UserId,
) -> sqlx::Result<Vec<AlbumId>> {
    sqlx::query_scalar(ALBUMS_SEEN)
        .bind(viewer.uuid())
        .bind(photo.uuid())
        .bind(viewer.uuid())
        .fetch_all(db)
        .await
}
