//! The memory of this machine about its files, so that a second run asks little: the SHA-256 of
//! each by path, size, time and inode, and what has been sent to which album.
//!
//! It is a memory, not the truth: lost, all is found out again. `SQLite` keeps it whole when the
//! program is killed at any instant.

use std::{
    ffi::OsString,
    fs::{self, Metadata},
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::MetadataExt,
    },
    path::{Path, PathBuf},
};

use client::AlbumId;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::failure::{Failure, Result};

/// The tables. Nothing waits for the disk: what a dead battery takes is found out again, and the
/// death of the program takes nothing.
const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    PRAGMA temp_store = FILE;
    PRAGMA busy_timeout = 10000;
    CREATE TABLE IF NOT EXISTS files (
        path BLOB PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL,
        inode INTEGER NOT NULL, sha256 TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sendings (
        sha256 TEXT NOT NULL, album TEXT NOT NULL, is_done INTEGER NOT NULL,
        PRIMARY KEY (sha256, album)
    ) WITHOUT ROWID;
";

const NEW_SCAN: &str = "
    DROP TABLE IF EXISTS temp.plan;
    DROP TABLE IF EXISTS temp.scanned;
    CREATE TEMP TABLE scanned (
        path BLOB NOT NULL, root INTEGER NOT NULL, size INTEGER NOT NULL,
        modified INTEGER NOT NULL, inode INTEGER NOT NULL
    );
    BEGIN;
";

/// The oldest first; a file that two paths on the command line have comes once.
const MAKE_PLAN: &str = "
    COMMIT;
    CREATE TEMP TABLE plan AS
        SELECT scanned.path, scanned.root, scanned.size, scanned.modified, scanned.inode,
            files.sha256
        FROM scanned LEFT JOIN files ON files.path = scanned.path AND files.size = scanned.size
            AND files.modified = scanned.modified AND files.inode = scanned.inode
        GROUP BY scanned.path ORDER BY scanned.modified, scanned.path;
    DROP TABLE temp.scanned;
";

const ADD_SCANNED: &str =
    "INSERT INTO scanned (path, root, size, modified, inode) VALUES (?1, ?2, ?3, ?4, ?5)";

const PLAN_SIZE: &str = "SELECT COUNT(*), COALESCE(SUM(size), 0) FROM plan";

const BATCH_OF_PLAN: &str = "
    SELECT rowid AS number, path, root, size, modified, inode, sha256 FROM plan
    WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

const KEEP_SUM: &str = "
    INSERT OR REPLACE INTO files (path, size, modified, inode, sha256)
    VALUES (?1, ?2, ?3, ?4, ?5)";

const SUM_OF_PLANNED: &str = "UPDATE plan SET sha256 = ?2 WHERE rowid = ?1";

const FIND_SENDING: &str = "SELECT is_done FROM sendings WHERE sha256 = ?1 AND album = ?2";

const KEEP_SENDING: &str =
    "INSERT OR REPLACE INTO sendings (sha256, album, is_done) VALUES (?1, ?2, ?3)";

const LEARN_SENDING: &str =
    "INSERT OR IGNORE INTO sendings (sha256, album, is_done) VALUES (?1, ?2, 1)";

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Its path.
    pub path: PathBuf,
    /// The number of the path on the command line below which it is, from 0.
    pub root: usize,
    /// Its size in bytes.
    pub size: u64,
    /// Nanoseconds since 1970 at its last change.
    pub modified: i64,
    /// Its inode.
    pub inode: u64,
}

impl FoundFile {
    /// Returns the file at a path, as it is now.
    pub fn of(path: &Path, root: usize, metadata: &Metadata) -> Self {
        Self {
            path: path.to_owned(),
            root,
            size: metadata.len(),
            modified: metadata
                .mtime()
                .saturating_mul(1_000_000_000)
                .saturating_add(metadata.mtime_nsec()),
            inode: metadata.ino(),
        }
    }
}

/// A file of a run, in its turn.
#[derive(Clone, Debug)]
pub struct PlannedFile {
    /// Its turn, from 1.
    pub number: i64,
    /// The file.
    pub file: FoundFile,
    /// Its SHA-256 in hexadecimal, if it is known.
    pub sha256: Option<String>,
}

/// The files of a run in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSize {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The state of a file in an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// This machine has not begun to send it.
    Never,
    /// It has begun, and may have been killed.
    Begun,
    /// It is there, with all that its sidecar says.
    Done,
}

/// The index of one account.
pub struct Index {
    database: Connection,
}

impl Index {
    /// Opens the index, or makes it.
    ///
    /// # Errors
    /// A file that cannot be made, or that is no index.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|cause| Failure::file(folder, cause))?;
        }
        let open = || -> rusqlite::Result<Connection> {
            let database = Connection::open(path)?;
            database.execute_batch(TABLES)?;
            Ok(database)
        };
        match open() {
            Ok(database) => Ok(Self { database }),
            Err(cause) => Err(Failure::NotDone(format!(
                "The index {} cannot be used ({cause}). It may be deleted: it is made anew.",
                path.display()
            ))),
        }
    }

    /// Begins a scan.
    pub fn begin_scan(&self) -> Result<()> {
        Ok(self.database.execute_batch(NEW_SCAN)?)
    }

    /// Adds a file to the scan.
    pub fn add_scanned(&self, file: &FoundFile) -> Result<()> {
        let mut statement = self.database.prepare_cached(ADD_SCANNED)?;
        let path = file.path.as_os_str().as_bytes();
        let root = signed(file.root as u64);
        let values = params![path, root, signed(file.size), file.modified, signed(file.inode)];
        statement.execute(values)?;
        Ok(())
    }

    /// Ends the scan: its files are put into their order, each with its sum if it is known.
    pub fn make_plan(&self) -> Result<PlanSize> {
        self.database.execute_batch(MAKE_PLAN)?;
        let size = |row: &Row<'_>| {
            Ok(PlanSize { files: unsigned(row.get(0)?), bytes: unsigned(row.get(1)?) })
        };
        Ok(self.database.query_row(PLAN_SIZE, [], size)?)
    }

    /// Returns so many files of the plan behind this number; 0 for the first.
    pub fn batch(&self, after: i64, most: usize) -> Result<Vec<PlannedFile>> {
        let read = || -> rusqlite::Result<Vec<PlannedFile>> {
            let mut statement = self.database.prepare_cached(BATCH_OF_PLAN)?;
            let rows = statement.query_map(params![after, signed(most as u64)], planned_file)?;
            rows.collect()
        };
        Ok(read()?)
    }

    /// Keeps the sums of files, in one transaction: a transaction a file would wait for the disk
    /// more than it reads.
    pub fn keep_sums(&mut self, files: &[(PlannedFile, String)]) -> Result<()> {
        let transaction = self.database.transaction()?;
        for (planned, sha256) in files {
            let file = &planned.file;
            let path = file.path.as_os_str().as_bytes();
            let (size, inode) = (signed(file.size), signed(file.inode));
            let values = params![path, size, file.modified, inode, sha256];
            execute(&transaction, KEEP_SUM, values)?;
            execute(&transaction, SUM_OF_PLANNED, params![planned.number, sha256])?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns what has become of a file in an album.
    pub fn sending(&self, sha256: &str, album: &AlbumId) -> Result<Sending> {
        let find = || -> rusqlite::Result<Option<bool>> {
            let mut statement = self.database.prepare_cached(FIND_SENDING)?;
            let values = params![sha256, album.as_str()];
            statement.query_row(values, |row| row.get(0)).optional()
        };
        Ok(match find()? {
            None => Sending::Never,
            Some(false) => Sending::Begun,
            Some(true) => Sending::Done,
        })
    }

    /// Notes that a file is going to be sent to an album.
    pub fn begin_sending(&self, sha256: &str, album: &AlbumId) -> Result<()> {
        execute(&self.database, KEEP_SENDING, params![sha256, album.as_str(), false])
    }

    /// Notes that a file is in an album, with all that its sidecar says.
    pub fn finish_sending(&self, sha256: &str, album: &AlbumId) -> Result<()> {
        execute(&self.database, KEEP_SENDING, params![sha256, album.as_str(), true])
    }

    /// Notes that these files are in an album, all or none; of those that have been begun nothing
    /// is changed.
    pub fn learn_sendings(&mut self, sums: &[String], album: &AlbumId) -> Result<()> {
        let transaction = self.database.transaction()?;
        for sha256 in sums {
            execute(&transaction, LEARN_SENDING, params![sha256, album.as_str()])?;
        }
        Ok(transaction.commit()?)
    }
}

fn execute(database: &Connection, text: &str, values: &[&dyn rusqlite::ToSql]) -> Result<()> {
    let mut statement = database.prepare_cached(text)?;
    statement.execute(values)?;
    Ok(())
}

fn planned_file(row: &Row<'_>) -> rusqlite::Result<PlannedFile> {
    let path: Vec<u8> = row.get("path")?;
    let root: i64 = row.get("root")?;
    Ok(PlannedFile {
        number: row.get("number")?,
        file: FoundFile {
            path: PathBuf::from(OsString::from_vec(path)),
            root: usize::try_from(root).unwrap_or_default(),
            size: unsigned(row.get("size")?),
            modified: row.get("modified")?,
            inode: unsigned(row.get("inode")?),
        },
        sha256: row.get("sha256")?,
    })
}

/// `SQLite` has signed numbers only: the bits stay.
fn signed(number: u64) -> i64 {
    number.cast_signed()
}

fn unsigned(number: i64) -> u64 {
    number.cast_unsigned()
}

impl From<rusqlite::Error> for Failure {
    fn from(cause: rusqlite::Error) -> Self {
        Self::NotDone(format!(
            "The index of files cannot be used: {cause}. It may be deleted: it is made anew."
        ))
    }
}

#[cfg(test)]
mod tests;
