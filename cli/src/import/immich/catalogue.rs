//! The list of what an Immich server has, for one run, and the memory of what was fetched from it,
//! which stays in the index of this machine.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, OptionalExtension, params};

use super::{answers::Asset, server::Arrived, words};
use crate::{
    failure::{Failure, Result},
    upload::{PlanSize, as_title, elsewhere::Picture},
};

/// The tables. `mark` says of which bytes a sum is: it changes with them.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    PRAGMA busy_timeout = 10000;
    CREATE TABLE IF NOT EXISTS fetched (
        asset TEXT PRIMARY KEY, mark TEXT NOT NULL, sha256 TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TEMP TABLE pictures (
        number INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        size INTEGER, sha1 TEXT, mark TEXT NOT NULL, details TEXT NOT NULL
    );
    CREATE TEMP TABLE standing (
        asset TEXT NOT NULL, title TEXT NOT NULL, PRIMARY KEY (asset, title)
    ) WITHOUT ROWID;
";

const ADD_PICTURE: &str = "
    INSERT OR IGNORE INTO pictures (asset, name, size, sha1, mark, details)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

const ADD_TO_ALBUM: &str = "INSERT OR IGNORE INTO standing (asset, title) VALUES (?1, ?2)";

const SIZE: &str = "
    SELECT COALESCE(SUM(albums), 0), COALESCE(SUM(size * albums), 0) FROM (
        SELECT COALESCE(size, 0) AS size,
            MAX(1, (SELECT COUNT(*) FROM standing WHERE standing.asset = pictures.asset)) AS albums
        FROM pictures
    )";

const BATCH: &str = "
    SELECT number, pictures.asset, name, COALESCE(size, 0), details, sha256 FROM pictures
    LEFT JOIN fetched ON fetched.asset = pictures.asset AND fetched.mark = pictures.mark
    WHERE number > ?1 ORDER BY number LIMIT ?2";

const TITLES: &str = "SELECT title FROM standing WHERE asset = ?1 ORDER BY title";

const EXPECTED: &str = "SELECT size, sha1, mark FROM pictures WHERE asset = ?1";

const REMEMBER: &str = "INSERT OR REPLACE INTO fetched (asset, mark, sha256) VALUES (?1, ?2, ?3)";

/// The list of a run.
pub struct Catalogue {
    database: Mutex<Connection>,
    /// The title of the album for pictures that are in none.
    rest: String,
}

/// The bytes that a picture should have, as far as Immich knows them.
#[derive(Debug, Default)]
pub struct Expected {
    size: Option<i64>,
    sha1: Option<String>,
    mark: String,
}

impl Expected {
    /// Returns true if these are the bytes.
    pub fn fits(&self, arrived: &Arrived) -> bool {
        match (&self.sha1, self.size) {
            (Some(sha1), _) => *sha1 == arrived.sha1,
            (None, Some(size)) => size.cast_unsigned() == arrived.size,
            (None, None) => true,
        }
    }
}

impl Catalogue {
    /// Opens an empty list, beside the memory of the index.
    pub fn open(index: &Path, rest: &str) -> Result<Self> {
        let rest = as_title(rest)
            .ok_or_else(|| Failure::Usage("The title of the album is empty.".to_owned()))?;
        if let Some(folder) = index.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, cause))?;
        }
        let database = Connection::open(index)?;
        database.execute_batch(TABLES)?;
        Ok(Self { database: Mutex::new(database), rest })
    }

    /// Adds pictures, each with its name; one that is there stays.
    pub fn add_pictures(&mut self, pictures: &[(String, Asset)]) -> Result<()> {
        let mut database = self.database();
        let transaction = database.transaction()?;
        for (name, asset) in pictures {
            let size = asset
                .exif_info
                .as_ref()
                .and_then(|exif| exif.file_size_in_byte);
            let size = size.and_then(|size| i64::try_from(size).ok());
            let details = serde_json::to_string(&words::details(asset)).unwrap_or_default();
            let mut insert = transaction.prepare_cached(ADD_PICTURE)?;
            insert.execute(params![asset.id, name, size, sha1(asset), mark(asset), details])?;
        }
        Ok(transaction.commit()?)
    }

    /// Notes that these stand in an album.
    pub fn add_to_album(&mut self, title: &str, assets: &[Asset]) -> Result<()> {
        let mut database = self.database();
        let transaction = database.transaction()?;
        for asset in assets {
            let mut insert = transaction.prepare_cached(ADD_TO_ALBUM)?;
            insert.execute(params![asset.id, title])?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns how much there is: a picture counts once for each of its albums.
    pub fn size(&self) -> Result<PlanSize> {
        let (files, bytes): (i64, i64) = self
            .database()
            .query_row(SIZE, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(PlanSize { files: files.cast_unsigned(), bytes: bytes.cast_unsigned() })
    }

    /// Returns so many pictures behind this number.
    pub fn batch(&self, after: i64, most: usize) -> Result<Vec<Picture>> {
        let database = self.database();
        let mut select = database.prepare_cached(BATCH)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = select.query_map(params![after, most], |row| {
            let details: String = row.get(4)?;
            let size: i64 = row.get(3)?;
            Ok(Picture {
                number: row.get(0)?,
                id: row.get(1)?,
                name: row.get(2)?,
                size: size.cast_unsigned(),
                titles: Vec::new(),
                details: serde_json::from_str(&details).unwrap_or_default(),
                sha256: row.get(5)?,
            })
        })?;
        let mut pictures: Vec<Picture> = rows.collect::<rusqlite::Result<_>>()?;
        let mut select_titles = database.prepare_cached(TITLES)?;
        for picture in &mut pictures {
            let titles = select_titles.query_map([&picture.id], |row| row.get(0))?;
            picture.titles = titles.collect::<rusqlite::Result<_>>()?;
            if picture.titles.is_empty() {
                picture.titles.push(self.rest.clone());
            }
        }
        Ok(pictures)
    }

    /// Returns the bytes that a picture should have.
    pub fn expected(&self, asset: &str) -> Result<Expected> {
        let found = self.database().query_row(EXPECTED, [asset], |row| {
            Ok(Expected { size: row.get(0)?, sha1: row.get(1)?, mark: row.get(2)? })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Remembers the SHA-256 of a picture that was fetched.
    pub fn remember(&self, asset: &str, expected: &Expected, sha256: &str) -> Result<()> {
        let values = params![asset, expected.mark, sha256];
        self.database().execute(REMEMBER, values)?;
        Ok(())
    }

    fn database(&self) -> MutexGuard<'_, Connection> {
        self.database.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the sum of the bytes, if Immich has it: in an external library it has that of the path.
fn sha1(asset: &Asset) -> Option<&str> {
    asset
        .library_id
        .is_none()
        .then_some(asset.checksum.as_str())
}

/// Returns what says that the bytes are the same.
fn mark(asset: &Asset) -> String {
    match sha1(asset) {
        Some(sha1) => sha1.to_owned(),
        None => format!("{} {}", asset.checksum, asset.file_modified_at),
    }
}
