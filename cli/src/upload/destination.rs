//! The albums that files go to.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use client::{
    AlbumId,
    types::{Album, NewAlbum, Role, Status},
};
use tokio::sync::Mutex;

use super::sidecar::google;
use crate::{
    commands::albums::own_albums,
    failure::{Failure, Result},
    session::Session,
};

/// The most letters of a title.
const TITLE: usize = 200;

/// The way in which a file's album is chosen.
#[derive(Clone, Debug)]
pub enum Choice {
    /// All go to the album of this title.
    Named(String),
    /// Each folder is an album.
    Folders,
    /// Each folder of a Google Takeout is an album, by the title that it had there.
    Takeout,
}

impl Choice {
    /// Returns the title of a file's album: that which was named, or the folders between the path
    /// on the command line and the file; of files at that path itself its own name.
    pub fn title(&self, root: &Path, file: &Path) -> String {
        let title = match self {
            Self::Named(title) => title.clone(),
            Self::Takeout => google::title_of_folder(file.parent().unwrap_or(root)),
            Self::Folders => {
                let folder = file.parent().unwrap_or(root);
                let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
                let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
                if names.is_empty() { name_of(root, folder) } else { names.join(" / ") }
            }
        };
        as_title(&title).unwrap_or_else(|| "Uploads".to_owned())
    }
}

/// Returns a text as a title that the service takes; `None` when nothing is left of it.
pub fn as_title(text: &str) -> Option<String> {
    let printable = text.chars().filter(|letter| !letter.is_control());
    let cut: String = printable.take(TITLE).collect();
    let title = cut.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// Returns the name of the folder that was named on the command line, or in which the file is that
/// was.
fn name_of(root: &Path, folder: &Path) -> String {
    let folder: PathBuf = if root.is_dir() { root.to_owned() } else { folder.to_owned() };
    match folder.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => String::new(),
    }
}

/// The caller's albums by title. Those that are missing are made when they are needed.
pub struct Destinations {
    session: Session,
    by_title: Mutex<HashMap<String, Destination>>,
    /// Albums whose photos have been asked for.
    learnt: Mutex<HashSet<AlbumId>>,
}

/// An album that files go to.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The album's id.
    pub id: AlbumId,
    /// The photos that it had when this run began.
    pub photos: u32,
}

impl Destinations {
    /// Reads the caller's albums. Of several with one title the oldest is taken.
    pub async fn read(session: &Session) -> Result<Self> {
        let mut albums: Vec<Album> = session.outcome(own_albums(&session.client).await)?;
        albums.retain(|album| album.role == Role::Owner);
        albums.sort_by(|one, other| other.created_at.cmp(&one.created_at));
        let mut by_title = HashMap::new();
        for album in albums {
            let destination = Destination { id: album.id, photos: album.photo_count };
            by_title.insert(album.title, destination);
        }
        Ok(Self {
            session: session.clone(),
            by_title: Mutex::new(by_title),
            learnt: Mutex::default(),
        })
    }

    /// Returns the album of a title, if it is there.
    pub async fn find(&self, title: &str) -> Option<Destination> {
        self.by_title.lock().await.get(title).cloned()
    }

    /// Returns the SHA-256 of the photos in an album, once; `None` for all further times, and for
    /// an album that was empty. Another machine, or an index that was lost, may have sent them.
    pub async fn sums_once(&self, album: &Destination) -> Result<Option<Vec<String>>> {
        // Held meanwhile, so that others wait for what is learnt.
        let mut learnt = self.learnt.lock().await;
        if album.photos == 0 || !learnt.insert(album.id.clone()) {
            return Ok(None);
        }
        let client = &self.session.client;
        let mut sums = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self
                .session
                .outcome(client.photos(&album.id, cursor.as_deref()).await)?;
            for photo in page.items {
                if matches!(photo.status, Status::Ready | Status::Processing) {
                    sums.push(photo.sha256);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(Some(sums));
            }
        }
    }

    /// Returns the album of a title, which is made if it is not there.
    pub async fn find_or_make(&self, title: &str) -> Result<AlbumId, Failure> {
        // Held while the album is made, so that it is made once.
        let mut by_title = self.by_title.lock().await;
        if let Some(destination) = by_title.get(title) {
            return Ok(destination.id.clone());
        }
        let new = NewAlbum { title, description: None };
        let album = self
            .session
            .outcome(self.session.client.create_album(&new).await)?;
        let destination = Destination { id: album.id.clone(), photos: 0 };
        by_title.insert(title.to_owned(), destination);
        Ok(album.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_name_to_the_album() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("Pictures");
        std::fs::create_dir(&root).expect("a folder");
        let title = |path: &str| Choice::Folders.title(&root, &root.join(path));
        assert_eq!(title("a.jpg"), "Pictures");
        assert_eq!(title("2026/Lisbon/a.jpg"), "2026 / Lisbon");
        assert_eq!(title("odd\nname/a.jpg"), "oddname");
        let file = root.join("a.jpg");
        std::fs::write(&file, b"x").expect("a file");
        assert_eq!(Choice::Folders.title(&file, &file), "Pictures");
        assert_eq!(Choice::Named("Summer".to_owned()).title(&root, &file), "Summer");
    }
}
