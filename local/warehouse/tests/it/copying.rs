//! `COPY` of Parquet files, and the checksum of their rows.

use std::{fs, ops::Range};

use aws_sdk_redshiftdata::types::Field;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::support::{TestWarehouse, text};

/// The columns of a row of activity, of a number `i`.
const COLUMNS: &str = "
    CAST(i AS VARCHAR) AS id,
    TIMESTAMP '2026-01-01 00:00:00.000001' + i * INTERVAL '1 second' AS at,
    'owner' AS owner_id, NULL::VARCHAR AS actor_id, 'create-photo' AS action,
    'photo' AS subject_kind, 'subject' AS subject_id, '{\"bytes\":1}' AS context";

/// The statements of the archive's worker.
const LOAD: [&str; 4] = [
    "CREATE TEMP TABLE staging (LIKE activity)",
    "COPY staging FROM 's3://archive/job/manifest' IAM_ROLE default FORMAT AS PARQUET MANIFEST",
    "DELETE FROM activity USING staging WHERE activity.id = staging.id",
    "INSERT INTO activity SELECT * FROM staging",
];

/// Writes rows of these numbers as an object, as Redshift loads it. Returns its entry of a
/// manifest.
fn write_part(warehouse: &TestWarehouse, name: &str, rows: Range<u32>, job: &str) -> Value {
    write_part_with_codec(warehouse, name, rows, job, "snappy")
}

fn write_part_with_codec(
    warehouse: &TestWarehouse,
    name: &str,
    rows: Range<u32>,
    job: &str,
    codec: &str,
) -> Value {
    let folder = warehouse.folder.path().join("buckets/archive/job");
    fs::create_dir_all(&folder).expect("a bucket");
    let file = folder.join(name);
    let db = duckdb::Connection::open_in_memory().expect("DuckDB");
    let Range { start, end } = rows;
    let query = format!("SELECT {COLUMNS}, '{job}' AS job FROM range({start}, {end}) t(i)");
    let target = format!("TO '{}' (FORMAT parquet, COMPRESSION {codec})", file.display());
    db.execute_batch(&format!("COPY ({query}) {target}"))
        .expect("a Parquet file");
    let length = fs::metadata(&file).expect("the file").len();
    json!({
        "url": format!("s3://archive/job/{name}"),
        "mandatory": true,
        "meta": {"content_length": length},
    })
}

fn write_manifest(warehouse: &TestWarehouse, entries: &[Value]) {
    let manifest = warehouse.folder.path().join("buckets/archive/job/manifest");
    fs::write(manifest, json!({"entries": entries}).to_string()).expect("a manifest");
}

async fn row_count(warehouse: &TestWarehouse) -> Field {
    warehouse.value("SELECT COUNT(*) FROM activity").await
}

#[tokio::test]
async fn a_load_that_is_repeated_replaces_the_rows_that_it_had_brought() {
    let warehouse = TestWarehouse::start().await;
    let entries =
        [write_part(&warehouse, "1", 0..500, "a"), write_part(&warehouse, "2", 500..1200, "a")];
    write_manifest(&warehouse, &entries);
    for _ in 0..2 {
        let id = warehouse.done(&LOAD, &[]).await;
        let copied = warehouse.describe(&format!("{id}:2")).await;
        assert_eq!(copied.result_rows, 1200);
    }
    assert_eq!(row_count(&warehouse).await, Field::LongValue(1200));
}

#[tokio::test]
async fn the_checksum_is_that_of_the_canonical_text() {
    let warehouse = TestWarehouse::start().await;
    let entries =
        [write_part(&warehouse, "1", 0..100, "a"), write_part(&warehouse, "2", 100..200, "b")];
    write_manifest(&warehouse, &entries);
    warehouse.done(&LOAD, &[]).await;
    let sql = "
        SELECT COUNT(*), TO_CHAR(MIN(at), 'YYYY-MM-DD HH24:MI:SS.US'),
          TO_CHAR(MAX(at), 'YYYY-MM-DD HH24:MI:SS.US'),
          SUM(STRTOL(SUBSTRING(MD5(
            id || '|' || TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US') || '|' || owner_id || '|'
            || COALESCE(actor_id, '') || '|' || action || '|' || subject_kind || '|'
            || subject_id || '|' || context
          ), 1, 15), 16)::DECIMAL(38,0))
        FROM activity WHERE job = :job";
    let id = warehouse.done(&[sql], &[("job", "a")]).await;
    let expected = [
        Field::LongValue(100),
        text("2026-01-01 00:00:00.000001"),
        text("2026-01-01 00:01:39.000001"),
        text(&checksum(0..100).to_string()),
    ];
    assert_eq!(warehouse.rows(&id).await.0, [expected]);
}

/// Returns the sum of the first 60 bits of the MD5 of each row's canonical text.
fn checksum(rows: Range<u32>) -> u128 {
    let mut sum = 0;
    for i in rows {
        let at = format!("2026-01-01 00:{:02}:{:02}.000001", i / 60, i % 60);
        let canonical = format!("{i}|{at}|owner||create-photo|photo|subject|{{\"bytes\":1}}");
        let digest = hex::encode(Md5::digest(canonical));
        sum += u128::from_str_radix(&digest[..15], 16).expect("hexadecimal");
    }
    sum
}

#[tokio::test]
async fn a_load_that_cannot_be_whole_brings_nothing() {
    let warehouse = TestWarehouse::start().await;
    let good = write_part(&warehouse, "1", 0..100, "a");
    let mut other_length = good.clone();
    other_length["meta"]["content_length"] = json!(7);
    let mut missing = good.clone();
    missing["url"] = json!("s3://archive/job/none");
    let mut without_length = good.clone();
    without_length
        .as_object_mut()
        .expect("an object")
        .remove("meta");
    for (bad, reason) in
        [(other_length, "not 7"), (missing, "does not exist"), (without_length, "content_length")]
    {
        write_manifest(&warehouse, &[good.clone(), bad]);
        let error = warehouse.failure(&LOAD).await;
        assert!(error.contains(reason), "{error}");
    }
    // A column that is longer than the table's.
    let long_job = "j".repeat(33);
    let too_long = write_part(&warehouse, "2", 0..100, &long_job);
    write_manifest(&warehouse, &[good, too_long]);
    let error = warehouse.failure(&LOAD).await;
    assert!(error.contains("CHECK"), "{error}");
    assert_eq!(row_count(&warehouse).await, Field::LongValue(0));
}

#[tokio::test]
async fn files_are_loaded_if_redshift_reads_their_codec() {
    let warehouse = TestWarehouse::start().await;
    for (codec, is_read) in
        [("uncompressed", true), ("snappy", true), ("gzip", true), ("zstd", false), ("lz4", false)]
    {
        let good = write_part(&warehouse, "1", 0..100, "a");
        let other = write_part_with_codec(&warehouse, "2", 100..200, "a", codec);
        write_manifest(&warehouse, &[good, other]);
        if is_read {
            warehouse.done(&LOAD, &[]).await;
        } else {
            let error = warehouse.failure(&LOAD).await;
            assert!(error.to_lowercase().contains(codec), "{error}");
        }
        let rows = if is_read { 200 } else { 0 };
        assert_eq!(row_count(&warehouse).await, Field::LongValue(rows), "{codec}");
        warehouse.done(&["DELETE FROM activity"], &[]).await;
    }
}

#[tokio::test]
async fn no_object_is_outside_its_bucket() {
    let warehouse = TestWarehouse::start().await;
    for url in ["s3://../x", "s3://archive/../../x", "s3:///x", "https://x/y"] {
        let sql = format!("COPY activity FROM '{url}' IAM_ROLE default FORMAT AS PARQUET MANIFEST");
        warehouse.failure(&[&sql]).await;
    }
}
