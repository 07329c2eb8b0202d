//! Some bytes of a file, read as if they were the file.

use std::io::Cursor;

use bytes::Bytes;
use parquet::{
    errors::{ParquetError, Result as ParquetResult},
    file::reader::{ChunkReader, Length},
};

/// Consecutive bytes of a file, and the place in the file of the first of them.
#[derive(Clone)]
pub struct FileSlice {
    /// The bytes of the whole file.
    pub file_size: u64,
    /// The place of the first byte.
    pub start: u64,
    /// The bytes.
    pub bytes: Bytes,
}

impl FileSlice {
    /// Returns the last bytes of a file as a slice of it.
    pub fn of_end(file_size: u64, bytes: Bytes) -> Self {
        let start = file_size.saturating_sub(bytes.len() as u64);
        Self { file_size, start, bytes }
    }

    /// Returns these bytes of the file; `None` if some of them are outside of the slice.
    fn get(&self, start: u64, length: usize) -> Option<Bytes> {
        let first = usize::try_from(start.checked_sub(self.start)?).ok()?;
        let end = first.checked_add(length)?;
        if end > self.bytes.len() {
            return None;
        }
        Some(self.bytes.slice(first..end))
    }
}

impl Length for FileSlice {
    fn len(&self) -> u64 {
        self.file_size
    }
}

impl ChunkReader for FileSlice {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Cursor<Bytes>> {
        let end = self.start + self.bytes.len() as u64;
        let length = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
        let bytes = self.get_bytes(start, length)?;
        Ok(Cursor::new(bytes))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.get(start, length)
            .ok_or_else(|| ParquetError::EOF("outside of the bytes that were read".into()))
    }
}
