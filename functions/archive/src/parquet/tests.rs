use bytes::Bytes;
use parquet::{
    basic::{Compression, ZstdLevel},
    file::metadata::ParquetMetaDataReader,
};
use shared::{
    activity::{self, ActivityFacts},
    domain::{Activity, ActivitySums, Shard, UserId},
};

use super::*;

const JOB: &str = "0193b1a2c3d47e5f80718293a4b5c6d7";

fn rows(count: usize) -> Vec<Activity> {
    let owner = UserId::new(Shard::random());
    let other = UserId::new(Shard::random());
    let actors = [None, Some(owner), Some(other)];
    let mut rows = Vec::new();
    for number in 0..count {
        let mut facts = ActivityFacts::default();
        facts.say("n", number);
        let row = activity::activity_entry(owner, "photo", other.uuid(), facts);
        rows.push(Activity { actor: actors[number % actors.len()], ..row });
    }
    rows
}

fn sums(rows: &[Activity]) -> ActivitySums {
    let mut sums = ActivitySums::default();
    for row in rows {
        sums.count(row);
    }
    sums
}

/// Returns the file that a writer makes of these row groups, and the sums that it says.
fn written(mut writer: FileWriter, groups: &[Vec<Activity>]) -> (Bytes, ActivitySums) {
    let mut file = Vec::new();
    for group in groups {
        writer.group(group.clone()).expect("a group");
        file.extend(writer.take());
    }
    let (rest, sums) = writer.finish().expect("an end");
    file.extend(rest);
    (Bytes::from(file), sums)
}

/// Returns the rows of each row group; `None` if the file cannot be read.
fn read(file: &Bytes) -> Option<Vec<Vec<Activity>>> {
    let size = file.len() as u64;
    let tail_start = usize::try_from(FileReader::tail(size).start).ok()?;
    let mut reader = FileReader::open(size, file.slice(tail_start..)).ok()?;
    let mut groups = Vec::new();
    for number in 0..reader.groups() {
        let range = reader.range(number);
        let start = usize::try_from(range.start).ok()?;
        let end = usize::try_from(range.end).ok()?;
        if start > end || end > file.len() {
            return None;
        }
        groups.push(reader.read(number, file.slice(start..end)).ok()?);
    }
    Some(groups)
}

#[test]
fn rows_are_read_as_they_were_written() {
    let groups = [rows(500), rows(1), rows(70)];
    let writer = FileWriter::new(JOB).expect("a writer");
    let (file, said) = written(writer, &groups);
    assert_eq!(said, sums(&groups.concat()));
    assert_eq!(read(&file).expect("a file"), groups);
}

#[test]
fn every_column_chunk_is_compressed_as_the_warehouse_can_read_it() {
    let writer = FileWriter::new(JOB).expect("a writer");
    let (file, _) = written(writer, &[rows(500), rows(70)]);
    let metadata = ParquetMetaDataReader::new()
        .parse_and_finish(&file)
        .expect("a footer");
    let mut codecs = Vec::new();
    for group in metadata.row_groups() {
        for column in group.columns() {
            codecs.push(column.compression());
        }
    }
    assert_eq!(codecs, [Compression::SNAPPY; 2 * 9]);
}

/// A month may have been half-way out of the database when the codec changed.
#[test]
fn files_of_the_codec_of_before_are_read() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let writer = FileWriter::with_codec(JOB, zstd).expect("a writer");
    let groups = [rows(200)];
    let (file, _) = written(writer, &groups);
    assert_eq!(read(&file).expect("a file"), groups);
}

#[test]
fn a_file_that_was_cut_or_changed_is_refused_or_has_other_sums() {
    let group = rows(200);
    let writer = FileWriter::new(JOB).expect("a writer");
    let (file, said) = written(writer, std::slice::from_ref(&group));
    // Here and there in the rows and the headers of their pages, and each byte of what says where
    // they are.
    let footer = file.len() - 1_000;
    for place in (0..footer).step_by(41).chain(footer..file.len()) {
        for bits in [0x55, 0x04] {
            let mut changed = file.to_vec();
            changed[place] ^= bits;
            let Some(groups) = read(&Bytes::from(changed)) else { continue };
            let found = groups.concat();
            let is_noticed = found == group || sums(&found) != said;
            assert!(is_noticed, "a change of {bits:#x} at {place} was not noticed");
        }
    }
    assert!(read(&file.slice(..file.len() - 9)).is_none());
}
