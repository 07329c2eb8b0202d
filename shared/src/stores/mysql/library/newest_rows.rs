//! The newest rows of what has changed: what projections are made of, asked for at once.

use std::collections::BTreeMap;

use super::{
    albums::{ALBUM_BY_ID, AlbumState},
    audience::{add_reactions_by_album, read_reactions_by_album},
    database::Library,
    entries::ALBUMS_OF_PHOTO,
    members::{MEMBERS_OF_ALBUM, Membership},
    photo_row::Photo,
    photos::{FolderOwner, PHOTO_BY_ID},
    shares::SHARE_BY_ID,
};
use crate::{
    domain::{AlbumId, Change, ReactionCounts, sharing::Share, view::PhotoView},
    error::{Error, Of, Result},
    stores::mysql::batch::{Answers, Batch},
};

/// The newest rows of something that has changed; `None` for what is gone.
#[derive(Debug)]
pub enum NewestRows {
    /// Those of an album, in the trash or not, and those of its members: also of who is a member no
    /// more and does not know it.
    Album(Option<Box<AlbumState>>, Vec<Membership>),
    /// Those of a photo.
    Photo(Option<Box<PhotoRows>>),
    /// That of a share, whether or not it can be used.
    Share(Option<Box<Share>>),
    /// None: a row of activity is its own change.
    Activity,
}

/// A photo with what hangs on it.
#[derive(Debug)]
pub struct PhotoRows {
    /// The photo.
    pub view: PhotoView,
    /// Its owner.
    pub owner: FolderOwner,
    /// The albums that it stands in; none for what is in the trash.
    pub albums: Vec<AlbumId>,
    /// Comments and favourites, for each album that has some.
    pub said: BTreeMap<AlbumId, ReactionCounts>,
}

impl Library {
    /// Returns the newest rows of each of these, read from the writers. Members are read after
    /// their album, and what hangs on a photo after the photo: never older than its version.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one of them is on no shard.
    pub async fn newest_rows(&self, changes: &[&Change]) -> Result<Vec<NewestRows>> {
        let mut found = BTreeMap::new();
        let clusters = self
            .db
            .writers_of(changes.iter().enumerate(), |(_, change)| change.shard());
        for (writer, part) in clusters {
            let mut batch = Batch::default();
            for (_, change) in &part {
                add_queries(&mut batch, change);
            }
            let mut db = writer.acquire().await.of("library")?;
            let mut answers = batch.run(&mut db).await.of("library")?;
            for (place, change) in part {
                found.insert(place, read_rows(change, &mut answers).of("library")?);
            }
        }
        if found.len() == changes.len() {
            Ok(found.into_values().collect())
        } else {
            Err(Error::NotFound { what: "album" })
        }
    }
}

fn add_queries(batch: &mut Batch, change: &Change) {
    match change {
        Change::Album { id, .. } => {
            batch.add(ALBUM_BY_ID, &[&id.uuid()]);
            batch.add(MEMBERS_OF_ALBUM, &[&id.uuid()]);
        }
        Change::Photo { id, .. } => {
            batch.add(PHOTO_BY_ID, &[&id.uuid()]);
            batch.add(ALBUMS_OF_PHOTO, &[&id.uuid()]);
            add_reactions_by_album(batch, *id);
        }
        Change::Share { id, .. } => batch.add(SHARE_BY_ID, &[&id.uuid()]),
        Change::Activity(_) => {}
    }
}

fn read_rows(change: &Change, answers: &mut Answers) -> sqlx::Result<NewestRows> {
    match change {
        Change::Album { .. } => {
            let album: Option<AlbumState> = answers.next()?.row()?;
            Ok(NewestRows::Album(album.map(Box::new), answers.next()?.rows()?))
        }
        Change::Photo { .. } => {
            let photo: Option<Photo> = answers.next()?.row()?;
            let albums = answers.next()?.column()?;
            let said = read_reactions_by_album(answers)?;
            let rows = photo.map(|photo| Box::new(photo_rows(photo, albums, said)));
            Ok(NewestRows::Photo(rows))
        }
        Change::Share { .. } => {
            let share: Option<Share> = answers.next()?.row()?;
            Ok(NewestRows::Share(share.map(Box::new)))
        }
        Change::Activity(_) => Ok(NewestRows::Activity),
    }
}

fn photo_rows(
    photo: Photo,
    albums: Vec<AlbumId>,
    said: BTreeMap<AlbumId, ReactionCounts>,
) -> PhotoRows {
    let owner = FolderOwner { user: photo.owner, folder: photo.folder };
    let is_trashed = photo.view.deleted_at.is_some();
    let albums = if is_trashed { Vec::new() } else { albums };
    PhotoRows { view: photo.view, owner, albums, said }
}
