use std::{fs, ops::Range, path::Path};

use aws_sdk_redshiftdata::types::Field;
use serde_json::json;

use crate::support::Local;

const COLUMNS: &str =
    "CAST(i AS VARCHAR) AS id, TIMESTAMP '2026-01-01 00:00:00.000001' + i * INTERVAL '1 second' AS at,
    'owner' AS owner_id, NULL::VARCHAR AS actor_id, 'create-photo' AS action, 'photo' AS subject_kind,
    'subject' AS subject_id, '{\"bytes\":1}' AS context";

/// Writes rows from one number to another as an object, as Redshift loads it. Returns its entry of
/// a manifest.
fn part(local: &Local, name: &str, from: u32, to: u32, job: &str) -> serde_json::Value {
    part_with_codec(local, name, from..to, job, "snappy")
}

fn part_with_codec(
    local: &Local,
    name: &str,
    rows: Range<u32>,
    job: &str,
    codec: &str,
) -> serde_json::Value {
    let bucket = local.folder.path().join("buckets/archive");
    fs::create_dir_all(bucket.join("job")).expect("a bucket");
    let file = bucket.join(format!("job/{name}"));
    let db = duckdb::Connection::open_in_memory().expect("DuckDB");
    let Range { start, end } = rows;
    let query = format!("SELECT {COLUMNS}, '{job}' AS job FROM range({start}, {end}) t(i)");
    let to = format!("TO '{}' (FORMAT parquet, COMPRESSION {codec})", file.display());
    db.execute_batch(&format!("COPY ({query}) {to}"))
        .expect("a Parquet file");
    let length = fs::metadata(&file).expect("it").len();
    json!({
        "url": format!("s3://archive/job/{name}"),
        "mandatory": true,
        "meta": {"content_length": length},
    })
}

fn manifest(folder: &Path, entries: &[serde_json::Value]) {
    let text = json!({"entries": entries}).to_string();
    fs::write(folder.join("buckets/archive/job/manifest"), text).expect("a manifest");
}

const LOAD: [&str; 4] = [
    "CREATE TEMP TABLE staging (LIKE activity)",
    "COPY staging FROM 's3://archive/job/manifest' IAM_ROLE default FORMAT AS PARQUET MANIFEST",
    "DELETE FROM activity USING staging WHERE activity.id = staging.id",
    "INSERT INTO activity SELECT * FROM staging",
];

#[tokio::test]
async fn a_load_that_is_repeated_replaces_what_it_had_brought() {
    let local = Local::start().await;
    let entries = [part(&local, "1", 0, 500, "a"), part(&local, "2", 500, 1200, "a")];
    manifest(local.folder.path(), &entries);
    for _ in 0..2 {
        let id = local.done(&LOAD, &[]).await;
        assert_eq!(local.describe(&format!("{id}:2")).await.result_rows, 1200);
    }
    assert_eq!(local.value("SELECT COUNT(*) FROM activity").await, Field::LongValue(1200));
}

#[tokio::test]
async fn the_checksum_is_that_of_the_canonical_text() {
    use md5::Digest;
    let local = Local::start().await;
    manifest(
        local.folder.path(),
        &[part(&local, "1", 0, 100, "a"), part(&local, "2", 100, 200, "b")],
    );
    local.done(&LOAD, &[]).await;
    let sql =
        "SELECT COUNT(*), TO_CHAR(MIN(at), 'YYYY-MM-DD HH24:MI:SS.US'), TO_CHAR(MAX(at), 'YYYY-MM-DD HH24:MI:SS.US'),
        SUM(STRTOL(SUBSTRING(MD5(id || '|' || TO_CHAR(at, 'YYYY-MM-DD HH24:MI:SS.US') || '|' || owner_id || '|'
          || COALESCE(actor_id, '') || '|' || action || '|' || subject_kind || '|' || subject_id || '|' || context
        ), 1, 15), 16)::DECIMAL(38,0)) FROM activity WHERE job = :job";
    let id = local.done(&[sql], &[("job", "a")]).await;
    let sum: u128 = (0..100)
        .map(|i| {
            let at = format!("2026-01-01 00:{:02}:{:02}.000001", i / 60, i % 60);
            let text = format!("{i}|{at}|owner||create-photo|photo|subject|{{\"bytes\":1}}");
            u128::from_str_radix(&hex::encode(md5::Md5::digest(text))[..15], 16)
                .expect("hexadecimal")
        })
        .sum();
    let text = |text: &str| Field::StringValue(text.into());
    let expected = [
        Field::LongValue(100),
        text("2026-01-01 00:00:00.000001"),
        text("2026-01-01 00:01:39.000001"),
        text(&sum.to_string()),
    ];
    assert_eq!(local.rows(&id).await.0, [expected]);
}

#[tokio::test]
async fn a_load_that_cannot_be_whole_brings_nothing() {
    let local = Local::start().await;
    let good = part(&local, "1", 0, 100, "a");
    let (mut short, mut gone, mut bare) = (good.clone(), good.clone(), good.clone());
    short["meta"]["content_length"] = json!(7);
    gone["url"] = json!("s3://archive/job/none");
    bare.as_object_mut().expect("an object").remove("meta");
    for (bad, says) in [(short, "not 7"), (gone, "does not exist"), (bare, "content_length")] {
        manifest(local.folder.path(), &[good.clone(), bad]);
        let why = local.failure(&LOAD).await;
        assert!(why.contains(says), "{why}");
    }
    // A column that is longer than the table's.
    let long = "j".repeat(33);
    manifest(local.folder.path(), &[good, part(&local, "2", 0, 100, &long)]);
    let why = local.failure(&LOAD).await;
    assert!(why.contains("CHECK"), "{why}");
    assert_eq!(local.value("SELECT COUNT(*) FROM activity").await, Field::LongValue(0));
}

#[tokio::test]
async fn files_are_loaded_if_redshift_reads_their_codec() {
    let local = Local::start().await;
    for (codec, is_read) in
        [("uncompressed", true), ("snappy", true), ("gzip", true), ("zstd", false), ("lz4", false)]
    {
        let good = part(&local, "1", 0, 100, "a");
        let other = part_with_codec(&local, "2", 100..200, "a", codec);
        manifest(local.folder.path(), &[good, other]);
        if is_read {
            local.done(&LOAD, &[]).await;
        } else {
            let why = local.failure(&LOAD).await;
            assert!(why.to_lowercase().contains(codec), "{why}");
        }
        let rows = if is_read { 200 } else { 0 };
        assert_eq!(
            local.value("SELECT COUNT(*) FROM activity").await,
            Field::LongValue(rows),
            "{codec}"
        );
        local.done(&["DELETE FROM activity"], &[]).await;
    }
}

#[tokio::test]
async fn no_object_is_outside_its_bucket() {
    let local = Local::start().await;
    for url in ["s3://../x", "s3://archive/../../x", "s3:///x", "https://x/y"] {
        let sql = format!("COPY activity FROM '{url}' IAM_ROLE default FORMAT AS PARQUET MANIFEST");
        local.failure(&[&sql]).await;
    }
}
