//! Reads a file row group by row group, of bytes that are brought to it: the footer first, then
//! each group's.

use std::{
    io::Cursor,
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use bytes::Bytes;
use parquet::{
    column::reader::ColumnReaderImpl,
    data_type::{ByteArray, ByteArrayType, DataType, Int64Type},
    errors::{ParquetError, Result as ParquetResult},
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader},
        reader::{ChunkReader, Length, SerializedPageReader},
    },
};
use shared::{
    Result,
    domain::{Activity, ActivityId, Moment, UserId},
    error::Error,
};
use uuid::Uuid;

/// Bytes at the end in which the footer stands: a group takes about a kilobyte of it.
const TAIL: u64 = 1024 * 1024;

/// Some bytes of a file, and where they stand in it.
#[derive(Clone)]
struct Part {
    size: u64,
    start: u64,
    bytes: Bytes,
}

impl Length for Part {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for Part {
    type T = Cursor<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Cursor<Bytes>> {
        let end = self.start + self.bytes.len() as u64;
        let length = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
        self.get_bytes(start, length).map(Cursor::new)
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let from = start
            .checked_sub(self.start)
            .and_then(|from| usize::try_from(from).ok());
        let range = from.and_then(|from| Some(from..from.checked_add(length)?));
        let range = range.filter(|range| range.end <= self.bytes.len());
        range
            .map(|range| self.bytes.slice(range))
            .ok_or_else(|| ParquetError::EOF("outside of what was read".into()))
    }
}

/// Whether a column begins before the file, or has fewer bytes than none: `byte_range` panics then.
fn is_nowhere(column: &ColumnChunkMetaData) -> bool {
    let start = column
        .dictionary_page_offset()
        .unwrap_or_else(|| column.data_page_offset());
    start < 0 || column.compressed_size() < 0
}

/// A file that is being read.
pub struct FileReader {
    size: u64,
    metadata: ParquetMetaData,
}

impl FileReader {
    /// The bytes to begin with, of a file of so many bytes.
    pub fn tail(size: u64) -> Range<u64> {
        size.saturating_sub(TAIL)..size
    }

    /// The file whose last bytes these are.
    pub fn open(size: u64, tail: Bytes) -> Result<Self> {
        let part = Part { size, start: size - (tail.len() as u64).min(size), bytes: tail };
        let metadata = caught(|| ParquetMetaDataReader::new().parse_and_finish(&part))?;
        if metadata.file_metadata().schema_descr().root_schema() != &*super::schema()? {
            return Err(Error::internal("a file with other columns"));
        }
        if metadata
            .row_groups()
            .iter()
            .any(|group| group.columns().iter().any(is_nowhere))
        {
            return Err(Error::internal("a file with columns outside of it"));
        }
        Ok(Self { size, metadata })
    }

    /// How many row groups it has.
    pub fn groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    /// The bytes of this row group.
    pub fn range(&self, group: usize) -> Range<u64> {
        let ranges = self
            .metadata
            .row_group(group)
            .columns()
            .iter()
            .map(ColumnChunkMetaData::byte_range);
        let (mut start, mut end) = (self.size, 0);
        for (from, length) in ranges {
            start = start.min(from);
            end = end.max(from.saturating_add(length)).min(self.size);
        }
        start.min(end)..end
    }

    /// The rows of this group, whose bytes these are.
    pub fn read(&mut self, group: usize, bytes: Bytes) -> Result<Vec<Activity>> {
        let part = Part { size: self.size, start: self.range(group).start, bytes };
        caught(|| self.rows(group, &Arc::new(part)))
    }

    fn rows(&self, group: usize, part: &Arc<Part>) -> ParquetResult<Vec<Activity>> {
        let (ids, times, owners) =
            (self.ids(group, 0, part)?, self.times(group, part)?, self.ids(group, 2, part)?);
        let (actors, levels) = self.texts(group, 3, part)?;
        let mut actors = actors
            .iter()
            .map(id)
            .collect::<ParquetResult<Vec<_>>>()?
            .into_iter();
        let (actions, kinds) = (self.texts(group, 4, part)?.0, self.texts(group, 5, part)?.0);
        let (subjects, contexts) = (self.ids(group, 6, part)?, self.texts(group, 7, part)?.0);
        let rows = ids.len();
        let lengths =
            [times.len(), owners.len(), levels.len(), actions.len(), kinds.len(), subjects.len()];
        if lengths
            .iter()
            .chain([&contexts.len()])
            .any(|length| *length != rows)
        {
            return Err(ParquetError::General("columns of different lengths".to_owned()));
        }
        (0..rows)
            .map(|row| {
                Ok(Activity {
                    id: ActivityId::from_uuid(ids[row]),
                    at: Moment::from_micros(times[row]),
                    owner: UserId::from_uuid(owners[row]),
                    actor: if levels[row] > 0 {
                        actors.next().map(UserId::from_uuid)
                    } else {
                        None
                    },
                    action: text(&actions[row])?,
                    subject_kind: text(&kinds[row])?,
                    subject_id: subjects[row],
                    context: text(&contexts[row])?,
                })
            })
            .collect()
    }

    fn ids(&self, group: usize, column: usize, part: &Arc<Part>) -> ParquetResult<Vec<Uuid>> {
        self.texts(group, column, part)?.0.iter().map(id).collect()
    }

    fn times(&self, group: usize, part: &Arc<Part>) -> ParquetResult<Vec<i64>> {
        Ok(self.column::<Int64Type>(group, 1, part)?.0)
    }

    fn texts(
        &self,
        group: usize,
        column: usize,
        part: &Arc<Part>,
    ) -> ParquetResult<(Vec<ByteArray>, Vec<i16>)> {
        self.column::<ByteArrayType>(group, column, part)
    }

    /// The column's values, and for an optional one which rows have them.
    fn column<T: DataType>(
        &self,
        group: usize,
        column: usize,
        part: &Arc<Part>,
    ) -> ParquetResult<(Vec<T::T>, Vec<i16>)> {
        let meta = self.metadata.row_group(group);
        let chunk = meta.column(column);
        let rows = usize::try_from(meta.num_rows())
            .map_err(|_| ParquetError::General("too many rows".to_owned()))?;
        let pages = SerializedPageReader::new(part.clone(), chunk, rows, None)?;
        let mut reader: ColumnReaderImpl<T> =
            ColumnReaderImpl::new(chunk.column_descr_ptr(), Box::new(pages));
        let (mut values, mut levels) = (Vec::with_capacity(rows.min(1 << 16)), Vec::new());
        let optional = chunk.column_descr().max_def_level() > 0;
        let mut read = 0;
        while read < rows {
            let (records, ..) = reader.read_records(
                rows - read,
                optional.then_some(&mut levels),
                None,
                &mut values,
            )?;
            if records == 0 {
                break;
            }
            read += records;
        }
        Ok((values, levels))
    }
}

/// What was read. The library panics on some damaged files: here that is an error as any other.
/// Nothing of what it left half done is used again.
fn caught<T>(read: impl FnOnce() -> ParquetResult<T>) -> Result<T> {
    let damaged = |_| Err(ParquetError::General("the file is damaged".to_owned()));
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(damaged)
        .map_err(Error::internal)
}

fn text(bytes: &ByteArray) -> ParquetResult<String> {
    bytes.as_utf8().map(str::to_owned)
}

fn id(bytes: &ByteArray) -> ParquetResult<Uuid> {
    Uuid::try_parse(bytes.as_utf8()?)
        .map_err(|_| ParquetError::General("an id that is none".to_owned()))
}
