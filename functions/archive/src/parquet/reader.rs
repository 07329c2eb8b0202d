//! Reads a file, of bytes that are brought to it: the footer first, then each row group's.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result as ParquetResult},
    file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader},
};
use shared::{Result, domain::Activity, error::Error};

use super::{rows::GroupReader, slice::FileSlice};

/// Bytes at the end of a file in which the footer stands: a row group takes about a kilobyte of it.
const TAIL_BYTES: u64 = 1024 * 1024;

/// A file that is being read.
pub struct FileReader {
    size: u64,
    metadata: ParquetMetaData,
}

impl FileReader {
    /// Returns the bytes to begin with, of a file of this size.
    pub fn tail(size: u64) -> Range<u64> {
        size.saturating_sub(TAIL_BYTES)..size
    }

    /// Opens the file of this size whose last bytes these are.
    ///
    /// # Errors
    /// [`Error::Internal`] for a file that is damaged, or has other columns than the warehouse.
    pub fn open(size: u64, tail: Bytes) -> Result<Self> {
        let end = FileSlice::of_end(size, tail);
        let metadata = caught(|| ParquetMetaDataReader::new().parse_and_finish(&end))?;
        if metadata.file_metadata().schema_descr().root_schema() != &*super::schema()? {
            return Err(Error::internal("a file with other columns"));
        }
        for group in metadata.row_groups() {
            if group.columns().iter().any(is_outside) {
                return Err(Error::internal("a file with columns outside of it"));
            }
        }
        Ok(Self { size, metadata })
    }

    /// Returns the number of row groups.
    pub fn groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    /// Returns the bytes in which this row group stands.
    pub fn range(&self, group: usize) -> Range<u64> {
        let mut start = self.size;
        let mut end = 0;
        for column in self.metadata.row_group(group).columns() {
            let (first, length) = column.byte_range();
            start = start.min(first);
            end = end.max(first.saturating_add(length)).min(self.size);
        }
        start.min(end)..end
    }

    /// Returns the rows of this group, whose bytes these are.
    ///
    /// # Errors
    /// [`Error::Internal`] for bytes that are no such rows.
    pub fn read(&mut self, group: usize, bytes: Bytes) -> Result<Vec<Activity>> {
        let start = self.range(group).start;
        let slice = Arc::new(FileSlice { file_size: self.size, start, bytes });
        let reader = GroupReader { metadata: self.metadata.row_group(group), slice };
        caught(|| reader.rows())
    }
}

/// Returns whether a column begins before the file, or has fewer than no bytes: `byte_range` panics
/// then.
fn is_outside(column: &ColumnChunkMetaData) -> bool {
    let start = match column.dictionary_page_offset() {
        Some(dictionary) => dictionary,
        None => column.data_page_offset(),
    };
    start < 0 || column.compressed_size() < 0
}

/// Returns what was read. The library panics on some damaged files: here that is an error as any
/// other. Nothing of what it left half done is used again.
fn caught<T>(read: impl FnOnce() -> ParquetResult<T>) -> Result<T> {
    if let Ok(outcome) = catch_unwind(AssertUnwindSafe(read)) {
        return outcome.map_err(Error::internal);
    }
    let damaged = ParquetError::General("the file is damaged".to_owned());
    Err(Error::internal(damaged))
}
