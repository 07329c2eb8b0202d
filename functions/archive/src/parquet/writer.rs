//! Writes a file of rows, a row group at a time, and hands out its bytes as they are made: the
//! memory that it needs does not grow with the file, but for a few hundred bytes a row group.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding},
    data_type::{ByteArray, ByteArrayType, DataType, Int64Type},
    errors::{ParquetError, Result as ParquetResult},
    file::{
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::ColumnPath,
};
use shared::{
    Result,
    domain::{Activity, ActivitySums},
    error::Error,
};
use uuid::{Uuid, fmt::Simple};

/// The codec of every column. Redshift's `COPY` names Snappy, gzip and bzip2 for columnar files,
/// and ZSTD only for text:
/// <https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html>.
const CODEC: Compression = Compression::SNAPPY;
/// The most bytes of a page, before it is compressed.
const PAGE_BYTES: usize = 1024 * 1024;
/// The columns whose values all differ: a dictionary of them would only add to the file.
const WITHOUT_DICTIONARY: [&str; 4] = ["id", "at", "subject_id", "context"];

/// The bytes that have been written and not been taken yet. Clones share them.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file that is being written.
pub struct FileWriter {
    job: ByteArray,
    file: SerializedFileWriter<Buffer>,
    buffer: Buffer,
    sums: ActivitySums,
}

impl FileWriter {
    /// Begins a file whose rows bear this name of a job.
    pub fn new(job: &str) -> Result<Self> {
        Self::with_codec(job, CODEC)
    }

    /// Begins a file whose columns are compressed by this codec.
    pub(super) fn with_codec(job: &str, codec: Compression) -> Result<Self> {
        let buffer = Buffer::default();
        let properties = Arc::new(properties(codec));
        let file = SerializedFileWriter::new(buffer.clone(), super::schema()?, properties)
            .map_err(Error::internal)?;
        Ok(Self { job: ByteArray::from(job), file, buffer, sums: ActivitySums::default() })
    }

    /// Adds a row group of these rows.
    pub fn group(&mut self, rows: Vec<Activity>) -> Result<()> {
        for row in &rows {
            self.sums.count(row);
        }
        self.write_group(rows).map_err(Error::internal)?;
        self.file.flush().map_err(Error::internal)
    }

    /// Returns the bytes that have been written since they were last taken.
    pub fn take(&self) -> Vec<u8> {
        self.buffer.take()
    }

    /// Ends the file. Returns the rest of its bytes, and the sums of all its rows.
    pub fn finish(mut self) -> Result<(Vec<u8>, ActivitySums)> {
        self.file.finish().map_err(Error::internal)?;
        self.file.flush().map_err(Error::internal)?;
        Ok((self.buffer.take(), self.sums))
    }

    /// Writes the columns in the order of the schema.
    fn write_group(&mut self, rows: Vec<Activity>) -> ParquetResult<()> {
        let mut group = RowGroup(self.file.next_row_group()?);
        group.write_texts(&rows, |row| hex(row.id.uuid()))?;
        group.write_times(&rows)?;
        group.write_texts(&rows, |row| hex(row.owner.uuid()))?;
        group.write_actors(&rows)?;
        group.write_texts(&rows, |row| ByteArray::from(row.action.as_str()))?;
        group.write_texts(&rows, |row| ByteArray::from(row.subject_kind.as_str()))?;
        group.write_texts(&rows, |row| hex(row.subject_id))?;
        let jobs = vec![self.job.clone(); rows.len()];
        group.write_contexts(rows)?;
        group.write::<ByteArrayType>(&jobs, None)?;
        group.0.close()?;
        Ok(())
    }
}

/// A row group that is being written, a column after the other.
struct RowGroup<'a>(SerializedRowGroupWriter<'a, Buffer>);

impl RowGroup<'_> {
    fn write_texts(
        &mut self,
        rows: &[Activity],
        text: impl Fn(&Activity) -> ByteArray,
    ) -> ParquetResult<()> {
        let texts: Vec<_> = rows.iter().map(text).collect();
        self.write::<ByteArrayType>(&texts, None)
    }

    fn write_times(&mut self, rows: &[Activity]) -> ParquetResult<()> {
        let times: Vec<_> = rows.iter().map(|row| row.at.micros()).collect();
        self.write::<Int64Type>(&times, None)
    }

    /// Writes the one optional column: a value for each row that has one, and a level of 1 or 0 for
    /// every row.
    fn write_actors(&mut self, rows: &[Activity]) -> ParquetResult<()> {
        let mut actors = Vec::new();
        let mut levels = Vec::new();
        for row in rows {
            levels.push(i16::from(row.actor.is_some()));
            if let Some(actor) = row.actor {
                actors.push(hex(actor.uuid()));
            }
        }
        self.write::<ByteArrayType>(&actors, Some(&levels))
    }

    /// Takes the rows, because the longest column is moved and not copied.
    fn write_contexts(&mut self, rows: Vec<Activity>) -> ParquetResult<()> {
        let mut contexts = Vec::with_capacity(rows.len());
        for row in rows {
            contexts.push(ByteArray::from(Bytes::from(row.context)));
        }
        self.write::<ByteArrayType>(&contexts, None)
    }

    /// Writes the next column of the schema.
    fn write<T: DataType>(
        &mut self,
        values: &[T::T],
        definition_levels: Option<&[i16]>,
    ) -> ParquetResult<()> {
        let Some(mut column) = self.0.next_column()? else {
            return Err(ParquetError::General("the schema has fewer columns than a row".into()));
        };
        column
            .typed::<T>()
            .write_batch(values, definition_levels, None)?;
        column.close()
    }
}

/// Returns the id as the warehouse has it: 32 hexadecimal digits.
fn hex(id: Uuid) -> ByteArray {
    let mut text = vec![0; Simple::LENGTH];
    id.simple().encode_lower(&mut text);
    ByteArray::from(text)
}

fn properties(codec: Compression) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(codec)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("albumen".to_owned())
        .set_data_page_size_limit(PAGE_BYTES)
        .set_column_statistics_enabled(ColumnPath::from("context"), EnabledStatistics::None);
    for column in WITHOUT_DICTIONARY {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(column), false)
            .set_column_encoding(ColumnPath::from(column), Encoding::PLAIN);
    }
    properties.build()
}
