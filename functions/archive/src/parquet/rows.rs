//! Reads the rows of a row group, a column after the other.

use std::sync::Arc;

use parquet::{
    column::reader::ColumnReaderImpl,
    data_type::{ByteArray, ByteArrayType, DataType, Int64Type},
    errors::{ParquetError, Result as ParquetResult},
    file::{metadata::RowGroupMetaData, reader::SerializedPageReader},
};
use shared::domain::{Activity, ActivityId, Moment, UserId};
use uuid::Uuid;

use super::slice::FileSlice;

/// Rows for which there is room before the first is read: what a damaged file says of their number
/// is not believed.
const FIRST_ROOM: usize = 1 << 16;

/// A row group whose bytes are there.
pub struct GroupReader<'a> {
    /// The footer's entry of it.
    pub metadata: &'a RowGroupMetaData,
    /// Its bytes.
    pub slice: Arc<FileSlice>,
}

/// The values of a column; of an optional one also, for every row, 1 if it has a value.
struct Column<T> {
    values: Vec<T>,
    levels: Vec<i16>,
}

impl GroupReader<'_> {
    /// Returns the rows.
    ///
    /// # Errors
    /// For columns that are damaged, or of different lengths.
    pub fn rows(&self) -> ParquetResult<Vec<Activity>> {
        let ids = self.ids(0)?;
        let times = self.column::<Int64Type>(1)?.values;
        let owners = self.ids(2)?;
        let actors = self.actors(3)?;
        let actions = self.texts(4)?;
        let subject_kinds = self.texts(5)?;
        let subjects = self.ids(6)?;
        let contexts = self.texts(7)?;
        let lengths = [
            times.len(),
            owners.len(),
            actors.len(),
            actions.len(),
            subject_kinds.len(),
            subjects.len(),
            contexts.len(),
        ];
        if lengths.iter().any(|length| *length != ids.len()) {
            return Err(damaged("columns of different lengths"));
        }
        let mut rows = Vec::with_capacity(ids.len());
        for (row, id) in ids.into_iter().enumerate() {
            rows.push(Activity {
                id: ActivityId::from_uuid(id),
                at: Moment::from_micros(times[row]),
                owner: UserId::from_uuid(owners[row]),
                actor: actors[row].map(UserId::from_uuid),
                action: text(&actions[row])?,
                subject_kind: text(&subject_kinds[row])?,
                subject_id: subjects[row],
                context: text(&contexts[row])?,
            });
        }
        Ok(rows)
    }

    fn texts(&self, column: usize) -> ParquetResult<Vec<ByteArray>> {
        Ok(self.column::<ByteArrayType>(column)?.values)
    }

    fn ids(&self, column: usize) -> ParquetResult<Vec<Uuid>> {
        self.texts(column)?.iter().map(id).collect()
    }

    /// Returns the ids of a column in which some rows have none.
    fn actors(&self, column: usize) -> ParquetResult<Vec<Option<Uuid>>> {
        let Column { values, levels } = self.column::<ByteArrayType>(column)?;
        let mut values = values.iter();
        let mut actors = Vec::with_capacity(levels.len());
        for level in levels {
            let value = if level > 0 { values.next() } else { None };
            actors.push(value.map(id).transpose()?);
        }
        Ok(actors)
    }

    fn column<T: DataType>(&self, column: usize) -> ParquetResult<Column<T::T>> {
        let chunk = self.metadata.column(column);
        let rows = usize::try_from(self.metadata.num_rows())
            .map_err(|_| damaged("a number of rows that is none"))?;
        let pages = SerializedPageReader::new(self.slice.clone(), chunk, rows, None)?;
        let mut reader: ColumnReaderImpl<T> =
            ColumnReaderImpl::new(chunk.column_descr_ptr(), Box::new(pages));
        let is_optional = chunk.column_descr().max_def_level() > 0;
        let mut values = Vec::with_capacity(rows.min(FIRST_ROOM));
        let mut levels = Vec::new();
        let mut read = 0;
        while read < rows {
            let wanted_levels = if is_optional { Some(&mut levels) } else { None };
            let (records, ..) =
                reader.read_records(rows - read, wanted_levels, None, &mut values)?;
            if records == 0 {
                break;
            }
            read += records;
        }
        Ok(Column { values, levels })
    }
}

fn text(bytes: &ByteArray) -> ParquetResult<String> {
    Ok(bytes.as_utf8()?.to_owned())
}

fn id(bytes: &ByteArray) -> ParquetResult<Uuid> {
    Uuid::try_parse(bytes.as_utf8()?).map_err(|_| damaged("an id that is none"))
}

fn damaged(how: &str) -> ParquetError {
    ParquetError::General(how.to_owned())
}
