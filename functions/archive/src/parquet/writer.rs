//! Writes a file row group by row group, and gives away what it has written: what it holds does not
//! grow with the file, but for a few hundred bytes a group.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use parquet::{
    basic::{Compression, Encoding, ZstdLevel},
    column::writer::ColumnWriterImpl,
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{
        properties::{EnabledStatistics, WriterProperties, WriterVersion},
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::ColumnPath,
};
use shared::{
    Result,
    domain::{Activity, Sums, UserId},
    error::Error,
};

/// What has been written and not yet been taken.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A file that is being written.
pub struct FileWriter {
    job: ByteArray,
    file: SerializedFileWriter<Written>,
    written: Written,
    sums: Sums,
}

impl FileWriter {
    /// A file of the job with this name.
    pub fn new(job: &str) -> Result<Self> {
        let written = Written::default();
        let properties = Arc::new(properties());
        let file = SerializedFileWriter::new(written.clone(), super::schema()?, properties)
            .map_err(Error::internal)?;
        Ok(Self { job: ByteArray::from(job), file, written, sums: Sums::default() })
    }

    /// Adds a row group of these.
    pub fn group(&mut self, rows: Vec<Activity>) -> Result<()> {
        for row in &rows {
            self.sums.count(row);
        }
        self.columns(rows).map_err(Error::internal)?;
        self.file.flush().map_err(Error::internal)
    }

    /// What has been written since it was last taken.
    pub fn take(&self) -> Vec<u8> {
        self.written.take()
    }

    /// Ends the file: the rest of its bytes, and what its rows come to.
    pub fn finish(mut self) -> Result<(Vec<u8>, Sums)> {
        self.file.finish().map_err(Error::internal)?;
        self.file.flush().map_err(Error::internal)?;
        Ok((self.written.take(), self.sums))
    }

    fn columns(&mut self, rows: Vec<Activity>) -> parquet::errors::Result<()> {
        let mut group = self.file.next_row_group()?;
        texts(&mut group, &rows, |row| hex(row.id.uuid()))?;
        let times: Vec<_> = rows.iter().map(|row| row.at.micros()).collect();
        let mut column = next(&mut group)?;
        column
            .typed::<Int64Type>()
            .write_batch(&times, None, None)?;
        column.close()?;
        texts(&mut group, &rows, |row| hex(row.owner.uuid()))?;
        let levels: Vec<_> = rows
            .iter()
            .map(|row| i16::from(row.actor.is_some()))
            .collect();
        let actors: Vec<_> = rows
            .iter()
            .filter_map(|row| row.actor)
            .map(UserId::uuid)
            .map(hex)
            .collect();
        let mut column = next(&mut group)?;
        column
            .typed::<ByteArrayType>()
            .write_batch(&actors, Some(&levels), None)?;
        column.close()?;
        texts(&mut group, &rows, |row| ByteArray::from(row.action.as_str()))?;
        texts(&mut group, &rows, |row| ByteArray::from(row.subject_kind.as_str()))?;
        texts(&mut group, &rows, |row| hex(row.subject_id))?;
        let count = rows.len();
        // The longest column is moved, not copied.
        let contexts = rows
            .into_iter()
            .map(|row| ByteArray::from(Bytes::from(row.context)))
            .collect();
        write(&mut group, contexts)?;
        write(&mut group, vec![self.job.clone(); count])?;
        group.close().map(drop)
    }
}

fn texts(
    group: &mut SerializedRowGroupWriter<'_, Written>,
    rows: &[Activity],
    text: impl Fn(&Activity) -> ByteArray,
) -> parquet::errors::Result<()> {
    write(group, rows.iter().map(text).collect())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the values are given up as soon as they are written"
)]
fn write(
    group: &mut SerializedRowGroupWriter<'_, Written>,
    values: Vec<ByteArray>,
) -> parquet::errors::Result<()> {
    let mut column = next(group)?;
    let typed: &mut ColumnWriterImpl<'_, ByteArrayType> = column.typed();
    typed.write_batch(&values, None, None)?;
    column.close()
}

fn next<'a>(
    group: &'a mut SerializedRowGroupWriter<'_, Written>,
) -> parquet::errors::Result<parquet::file::writer::SerializedColumnWriter<'a>> {
    let missing = || {
        parquet::errors::ParquetError::General("the schema has fewer columns than a row".to_owned())
    };
    group.next_column()?.ok_or_else(missing)
}

fn hex(id: uuid::Uuid) -> ByteArray {
    let mut text = vec![0; uuid::fmt::Simple::LENGTH];
    id.simple().encode_lower(&mut text);
    ByteArray::from(text)
}

/// Ids and contexts are all different, so a dictionary of them would only cost.
fn properties() -> WriterProperties {
    let plain = ["id", "at", "subject_id", "context"].map(ColumnPath::from);
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("albumen".to_owned())
        .set_data_page_size_limit(1024 * 1024);
    let properties = plain.into_iter().fold(properties, |properties, column| {
        properties
            .set_column_dictionary_enabled(column.clone(), false)
            .set_column_encoding(column, Encoding::PLAIN)
    });
    properties
        .set_column_statistics_enabled(ColumnPath::from("context"), EnabledStatistics::None)
        .build()
}
