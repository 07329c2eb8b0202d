//! Rows of activity as Parquet: the columns of the warehouse's table.

mod reader;
mod writer;

use std::sync::{Arc, LazyLock};

use parquet::schema::{parser::parse_message_type, types::TypePtr};
use shared::error::Error;

pub use reader::FileReader;
pub use writer::FileWriter;

/// The columns, in the warehouse's order.
static SCHEMA: LazyLock<Result<TypePtr, String>> = LazyLock::new(|| {
    let schema = "message activity {
        REQUIRED BYTE_ARRAY id (STRING);
        REQUIRED INT64 at (TIMESTAMP(MICROS,false));
        REQUIRED BYTE_ARRAY owner_id (STRING);
        OPTIONAL BYTE_ARRAY actor_id (STRING);
        REQUIRED BYTE_ARRAY action (STRING);
        REQUIRED BYTE_ARRAY subject_kind (STRING);
        REQUIRED BYTE_ARRAY subject_id (STRING);
        REQUIRED BYTE_ARRAY context (STRING);
        REQUIRED BYTE_ARRAY job (STRING);
    }";
    parse_message_type(schema)
        .map(Arc::new)
        .map_err(|error| error.to_string())
});

fn schema() -> shared::Result<TypePtr> {
    SCHEMA.clone().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use shared::{
        activity::{self, Facts},
        domain::{Activity, Shard, Sums, UserId},
    };

    use super::*;

    fn rows(count: usize) -> Vec<Activity> {
        let (owner, other) = (UserId::new(Shard::random()), UserId::new(Shard::random()));
        let row = |number: usize| {
            let mut facts = Facts::default();
            facts.say("n", number);
            let actor = [None, Some(owner), Some(other)][number % 3];
            Activity { actor, ..activity::deed(owner, "photo", other.uuid(), facts) }
        };
        (0..count).map(row).collect()
    }

    fn sums(rows: &[Activity]) -> Sums {
        let mut sums = Sums::default();
        for row in rows {
            sums.count(row);
        }
        sums
    }

    #[test]
    fn what_was_written_is_read() {
        let groups = [rows(500), rows(1), rows(70)];
        let mut writer = FileWriter::new("0193b1a2c3d47e5f80718293a4b5c6d7").expect("a writer");
        let mut bytes = Vec::new();
        for group in &groups {
            writer.group(group.clone()).expect("a group");
            bytes.extend(writer.take());
        }
        let (rest, written) = writer.finish().expect("an end");
        bytes.extend(rest);
        assert_eq!(
            written,
            groups
                .iter()
                .map(|group| sums(group))
                .fold(Sums::default(), |all, one| all.and(&one))
        );
        let file = Bytes::from(bytes);
        let size = file.len() as u64;
        let tail = file.slice(place(FileReader::tail(size).start)..);
        let mut reader = FileReader::open(size, tail).expect("a file");
        assert_eq!(reader.groups(), groups.len());
        for (number, group) in groups.iter().enumerate() {
            let range = reader.range(number);
            let part = file.slice(place(range.start)..place(range.end));
            assert_eq!(&reader.read(number, part).expect("rows"), group);
        }
    }

    fn place(byte: u64) -> usize {
        usize::try_from(byte).expect("a small file")
    }

    #[test]
    fn a_file_that_was_cut_or_changed_is_refused_or_has_other_sums() {
        let group = rows(200);
        let mut writer = FileWriter::new("0193b1a2c3d47e5f80718293a4b5c6d7").expect("a writer");
        writer.group(group.clone()).expect("a group");
        let (bytes, written) = writer.finish().expect("an end");
        // Here and there in the rows and the headers of their pages, and each byte of what says
        // where they are.
        for place in (0..bytes.len())
            .step_by(11)
            .chain(bytes.len() - 1_000..bytes.len())
        {
            for bits in [0x55, 0x04] {
                let mut changed = bytes.clone();
                changed[place] ^= bits;
                let read = read_all(&Bytes::from(changed));
                let noticed = read.is_none_or(|rows| rows == group || sums(&rows) != written);
                assert!(noticed, "a change of {bits:#x} at {place} was not noticed");
            }
        }
        assert!(read_all(&Bytes::from(bytes[..bytes.len() - 9].to_vec())).is_none());
    }

    fn read_all(file: &Bytes) -> Option<Vec<Activity>> {
        let size = file.len() as u64;
        let tail = FileReader::tail(size);
        let mut reader =
            FileReader::open(size, file.slice(usize::try_from(tail.start).ok()?..)).ok()?;
        let mut rows = Vec::new();
        for number in 0..reader.groups() {
            let range = reader.range(number);
            let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
            let part =
                (range.start <= range.end && range.end <= file.len()).then(|| file.slice(range))?;
            rows.extend(reader.read(number, part).ok()?);
        }
        Some(rows)
    }
}
