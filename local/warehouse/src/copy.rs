//! Loads Parquet files into a table, those that Redshift would load.
//!
//! <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html>

use std::path::PathBuf;

use duckdb::Connection;

use crate::runner::sql_error;

/// The codecs of Parquet that Redshift's `COPY` reads. DuckDB reads more.
const CODECS: &str = "('UNCOMPRESSED', 'SNAPPY', 'GZIP')";

/// Adds the rows of these files to the table. Returns how many there are.
///
/// # Errors
/// A text as Redshift would say it: for a codec that it does not read, and for what DuckDB refuses.
pub fn load(session: &Connection, table: &str, files: &[PathBuf]) -> Result<u64, String> {
    let files = sql_list(files);
    if let Some((file, codec)) = other_codec(session, &files).map_err(sql_error)? {
        return Err(format!("ERROR: Spectrum Scan Error: {file} is compressed by {codec}"));
    }
    // In order, a load would be kept in memory as a whole.
    session
        .execute_batch("SET preserve_insertion_order = false")
        .map_err(sql_error)?;
    let insert = format!("INSERT INTO {table} SELECT * FROM read_parquet({files})");
    let loaded = session.execute(&insert, []).map_err(sql_error);
    session
        .execute_batch("SET preserve_insertion_order = true")
        .map_err(sql_error)?;
    Ok(loaded? as u64)
}

/// Returns a file with a column that is compressed otherwise, and its codec, if there is one.
fn other_codec(session: &Connection, files: &str) -> duckdb::Result<Option<(String, String)>> {
    let query = format!(
        "SELECT file_name, compression FROM parquet_metadata({files}) \
         WHERE compression NOT IN {CODECS} LIMIT 1"
    );
    let mut statement = session.prepare(&query)?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((row.get(0)?, row.get(1)?)))
}

/// Returns a list of SQL with the files' paths.
fn sql_list(files: &[PathBuf]) -> String {
    let mut paths = Vec::new();
    for file in files {
        let path = file.display().to_string().replace('\'', "''");
        paths.push(format!("'{path}'"));
    }
    format!("[{}]", paths.join(", "))
}
