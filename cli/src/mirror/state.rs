//! The knowledge of a mirror: albums and photos as the feed of changes has told them, the files
//! that stand for them, and the photos whose files are still to be brought in line.
//!
//! A page of the feed is taken in one transaction with its cursor, so that none is lost or taken
//! for another; what it makes necessary on disk waits in `waiting` until it is done.

use std::{fs, path::Path};

use client::{
    AlbumId, PhotoId,
    types::{Change, Changes, Photo},
};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    failure::{Failure, Result},
    mirror::names,
};

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA busy_timeout = 10000;
    CREATE TABLE IF NOT EXISTS feed (account TEXT PRIMARY KEY, cursor TEXT) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS albums (
        id TEXT PRIMARY KEY, is_live INTEGER NOT NULL, folder TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS photos (
        id TEXT PRIMARY KEY, is_live INTEGER NOT NULL, view TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS standings (
        photo TEXT NOT NULL, album TEXT NOT NULL, PRIMARY KEY (photo, album)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS standings_of_album ON standings (album, photo);
    CREATE TABLE IF NOT EXISTS copies (
        path TEXT PRIMARY KEY, photo TEXT NOT NULL, album TEXT NOT NULL, sha256 TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS copies_of_photo ON copies (photo, album);
    CREATE TABLE IF NOT EXISTS waiting (photo TEXT PRIMARY KEY) WITHOUT ROWID;
";

/// The folder of photos that stand in no album.
const NO_ALBUM: &str = "No album";

/// A file of the mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Its path below the mirror's folder.
    pub path: String,
    /// The album for which it is there; empty for none.
    pub album: String,
    /// The SHA-256 that it must have, in hexadecimal.
    pub sha256: String,
}

/// A place in which a photo belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The album; empty for none.
    pub album: String,
    /// The album's folder.
    pub folder: String,
}

/// The state of one mirror.
pub struct State {
    database: Connection,
}

impl State {
    /// Opens the state in a mirror's folder, or makes it, for this account.
    ///
    /// # Errors
    /// The folder is the mirror of another account.
    pub fn open(path: &Path, account: &str) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, cause))?;
        }
        let state = Self { database: Connection::open(path)? };
        state.database.execute_batch(TABLES)?;
        let found: Option<String> = state
            .database
            .query_row("SELECT account FROM feed", [], |row| row.get(0))
            .optional()?;
        match found {
            Some(found) if found != account => Err(Failure::Usage(format!(
                "This folder is the mirror of another account ({found}): take another folder."
            ))),
            Some(_) => Ok(state),
            None => {
                let new = "INSERT INTO feed (account, cursor) VALUES (?1, NULL)";
                state.database.execute(new, [account])?;
                Ok(state)
            }
        }
    }

    /// Opens the state of a mirror that is there, of whatever account.
    ///
    /// # Errors
    /// The folder is no mirror.
    pub fn open_existing(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(Failure::Usage(
                "This folder is no mirror: albumen mirror FOLDER makes one.".to_owned(),
            ));
        }
        Ok(Self { database: Connection::open(path)? })
    }

    /// Returns the cursor from which the feed goes on.
    pub fn cursor(&self) -> Result<Option<String>> {
        let find = "SELECT cursor FROM feed";
        Ok(self.database.query_row(find, [], |row| row.get(0))?)
    }

    /// Takes a page of the feed: all of it, and its cursor, or nothing.
    pub fn take(&mut self, page: &Changes) -> Result<()> {
        let transaction = self.database.transaction()?;
        for change in &page.items {
            match change {
                Change::Album { id, album, deleted_at, .. } => {
                    let title = album.as_ref().map(|album| album.title.as_str());
                    take_album(&transaction, id, title.filter(|_| deleted_at.is_none()))?;
                }
                Change::Photo { id, photo, deleted_at, albums, .. } => {
                    let photo = photo.as_deref().filter(|_| deleted_at.is_none());
                    take_photo(&transaction, id, photo, albums)?;
                }
                Change::Unknown => {}
            }
        }
        transaction.execute("UPDATE feed SET cursor = ?1", [&page.next])?;
        Ok(transaction.commit()?)
    }

    /// Returns some photos whose files are to be brought in line, behind this one.
    pub fn waiting(&self, after: &str, most: u32) -> Result<Vec<PhotoId>> {
        let find = "SELECT photo FROM waiting WHERE photo > ?1 ORDER BY photo LIMIT ?2";
        let mut statement = self.database.prepare_cached(find)?;
        let rows = statement.query_map(params![after, most], |row| row.get::<_, String>(0))?;
        let mut photos = Vec::new();
        for row in rows {
            photos.push(row?.parse()?);
        }
        Ok(photos)
    }

    /// Notes that a photo's files are in line.
    pub fn done(&self, photo: &PhotoId) -> Result<()> {
        let delete = "DELETE FROM waiting WHERE photo = ?1";
        self.database.execute(delete, [photo.as_str()])?;
        Ok(())
    }

    /// Notes that a photo's files are to be looked at.
    pub fn wait_for(&self, photo: &PhotoId) -> Result<()> {
        let add = "INSERT OR IGNORE INTO waiting (photo) VALUES (?1)";
        self.database.execute(add, [photo.as_str()])?;
        Ok(())
    }

    /// Returns a photo that is not in the trash.
    pub fn photo(&self, id: &PhotoId) -> Result<Option<Photo>> {
        let find = "SELECT view FROM photos WHERE id = ?1 AND is_live";
        let view: Option<String> = self
            .database
            .query_row(find, [id.as_str()], |row| row.get(0))
            .optional()?;
        match view {
            Some(view) => Ok(serde_json::from_str(&view).ok()),
            None => Ok(None),
        }
    }

    /// Returns the places in which a photo belongs: its albums that are not in the trash, or the
    /// folder for those without an album.
    pub fn standings(&self, photo: &PhotoId) -> Result<Vec<Standing>> {
        let find = "
            SELECT standings.album, albums.folder FROM standings
            JOIN albums ON albums.id = standings.album AND albums.is_live
            WHERE standings.photo = ?1 ORDER BY standings.album";
        let mut statement = self.database.prepare_cached(find)?;
        let rows = statement.query_map([photo.as_str()], |row| {
            Ok(Standing { album: row.get(0)?, folder: row.get(1)? })
        })?;
        let mut standings = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        if standings.is_empty() && !self.stands_somewhere(photo)? {
            standings.push(Standing { album: String::new(), folder: NO_ALBUM.to_owned() });
        }
        Ok(standings)
    }

    /// Returns whether a photo stands in any album, even in one that is in the trash.
    fn stands_somewhere(&self, photo: &PhotoId) -> Result<bool> {
        let find = "SELECT EXISTS (SELECT 1 FROM standings WHERE photo = ?1)";
        Ok(self
            .database
            .query_row(find, [photo.as_str()], |row| row.get(0))?)
    }

    /// Returns the files of a photo.
    pub fn copies(&self, photo: &PhotoId) -> Result<Vec<Copy>> {
        let find = "SELECT path, album, sha256 FROM copies WHERE photo = ?1 ORDER BY album";
        let mut statement = self.database.prepare_cached(find)?;
        let rows = statement.query_map([photo.as_str()], copy)?;
        Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
    }

    /// Returns some files of the mirror behind this path, each with its photo.
    pub fn all_copies(&self, after: &str, most: u32) -> Result<Vec<(Copy, PhotoId)>> {
        let find = "SELECT path, album, sha256, photo FROM copies WHERE path > ?1
            ORDER BY path LIMIT ?2";
        let mut statement = self.database.prepare_cached(find)?;
        let rows = statement
            .query_map(params![after, most], |row| Ok((copy(row)?, row.get::<_, String>(3)?)))?;
        let mut copies = Vec::new();
        for row in rows {
            let (copy, photo) = row?;
            copies.push((copy, photo.parse()?));
        }
        Ok(copies)
    }

    /// Returns whether a path is that of another photo, or of this one in another album.
    pub fn is_taken(&self, path: &str, photo: &PhotoId, album: &str) -> Result<bool> {
        let find = "SELECT EXISTS (SELECT 1 FROM copies WHERE path = ?1 COLLATE NOCASE
            AND NOT (photo = ?2 AND album = ?3))";
        let values = params![path, photo.as_str(), album];
        Ok(self.database.query_row(find, values, |row| row.get(0))?)
    }

    /// Notes where a photo's file for an album is.
    pub fn keep_copy(&self, photo: &PhotoId, copy: &Copy) -> Result<()> {
        let keep = "INSERT OR REPLACE INTO copies (path, photo, album, sha256)
            VALUES (?1, ?2, ?3, ?4)";
        let values = params![copy.path, photo.as_str(), copy.album, copy.sha256];
        self.database.execute(keep, values)?;
        Ok(())
    }

    /// Forgets a file.
    pub fn forget_copy(&self, path: &str) -> Result<()> {
        let delete = "DELETE FROM copies WHERE path = ?1";
        self.database.execute(delete, [path])?;
        Ok(())
    }
}

fn copy(row: &rusqlite::Row<'_>) -> rusqlite::Result<Copy> {
    Ok(Copy { path: row.get(0)?, album: row.get(1)?, sha256: row.get(2)? })
}

/// Takes an album; without a title it is gone, or in the trash. Its photos' files follow it.
fn take_album(transaction: &Transaction<'_>, id: &AlbumId, title: Option<&str>) -> Result<()> {
    let Some(title) = title else {
        let hide = "UPDATE albums SET is_live = FALSE WHERE id = ?1";
        transaction.execute(hide, [id.as_str()])?;
        return wait_for_photos_of(transaction, id);
    };
    let find = "SELECT EXISTS (SELECT 1 FROM albums
        WHERE folder = ?1 COLLATE NOCASE AND id <> ?2 AND is_live)";
    let name = names::folder(title);
    let is_taken = transaction.query_row(find, params![name, id.as_str()], |row| row.get(0))?;
    let folder = if is_taken { names::with_id(&name, id.as_str()) } else { name };
    let keep = "INSERT OR REPLACE INTO albums (id, is_live, folder) VALUES (?1, TRUE, ?2)";
    transaction.execute(keep, params![id.as_str(), folder])?;
    wait_for_photos_of(transaction, id)
}

fn wait_for_photos_of(transaction: &Transaction<'_>, album: &AlbumId) -> Result<()> {
    let wait = "INSERT OR IGNORE INTO waiting SELECT photo FROM standings WHERE album = ?1";
    transaction.execute(wait, [album.as_str()])?;
    Ok(())
}

/// Takes a photo; `None` for one that is gone, or in the trash.
fn take_photo(
    transaction: &Transaction<'_>,
    id: &PhotoId,
    photo: Option<&Photo>,
    albums: &[AlbumId],
) -> Result<()> {
    transaction.execute("DELETE FROM standings WHERE photo = ?1", [id.as_str()])?;
    for album in albums {
        let add = "INSERT OR IGNORE INTO standings (photo, album) VALUES (?1, ?2)";
        transaction.execute(add, [id.as_str(), album.as_str()])?;
    }
    if let Some(photo) = photo {
        let view =
            serde_json::to_string(photo).map_err(|cause| Failure::NotDone(cause.to_string()))?;
        let keep = "INSERT OR REPLACE INTO photos (id, is_live, view) VALUES (?1, TRUE, ?2)";
        transaction.execute(keep, [id.as_str(), &view])?;
    } else {
        let hide = "UPDATE photos SET is_live = FALSE WHERE id = ?1";
        transaction.execute(hide, [id.as_str()])?;
    }
    let wait = "INSERT OR IGNORE INTO waiting (photo) VALUES (?1)";
    transaction.execute(wait, [id.as_str()])?;
    Ok(())
}
