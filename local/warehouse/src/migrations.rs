//! The migrations of the warehouse: each file of SQL is applied once.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use duckdb::{Connection, OptionalExt};
use sha2::{Digest, Sha256};

use crate::dialect::{self, Action};

const APPLIED_SUM: &str = "SELECT sum FROM data_api.migrations WHERE file = ?";
const INSERT: &str = "INSERT INTO data_api.migrations VALUES (?, ?)";

/// Applies each file that has not been, in order, in a transaction of its own.
///
/// # Errors
/// A file that was changed after it was applied, or that cannot be applied.
pub fn apply(db: &Connection, folder: &Path) -> Result<(), String> {
    let files = sql_files(folder)
        .map_err(|cause| format!("{} cannot be read: {cause}", folder.display()))?;
    for file in files {
        let sql = fs::read_to_string(&file)
            .map_err(|cause| format!("{} cannot be read: {cause}", file.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        apply_file(db, &name, &sql).map_err(|cause| format!("migration {name}: {cause}"))?;
    }
    Ok(())
}

/// Returns the files of SQL in a folder, by name.
fn sql_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some("sql".as_ref()) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn apply_file(db: &Connection, name: &str, sql: &str) -> Result<(), String> {
    let sum = hex::encode(Sha256::digest(sql));
    let applied: Option<String> = db
        .query_row(APPLIED_SUM, [name], |row| row.get(0))
        .optional()
        .map_err(|cause| cause.to_string())?;
    if let Some(applied) = applied {
        if applied == sum {
            return Ok(());
        }
        return Err("it was changed after it was applied; `--fresh` starts over".to_owned());
    }
    let mut changes = Vec::new();
    for statement in dialect::statements(sql).map_err(|error| error.to_string())? {
        let translation = dialect::translate(&statement).map_err(|error| error.to_string())?;
        let Action::Change(change) = translation.action else {
            return Err("it has a query".to_owned());
        };
        changes.push(change);
    }
    run_transaction(db, &changes, name, &sum).map_err(|cause| cause.to_string())
}

fn run_transaction(
    db: &Connection,
    changes: &[String],
    name: &str,
    sum: &str,
) -> duckdb::Result<()> {
    db.execute_batch("BEGIN")?;
    for change in changes {
        db.execute(change, [])?;
    }
    db.execute(INSERT, [name, sum])?;
    db.execute_batch("COMMIT")
}
