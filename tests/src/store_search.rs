//! Every store, searched for something that must be in none of them.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_s3::Client;
use serde_json::Value;
use shared::stores::StatementProgress;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use uuid::Uuid;

use crate::{
    System,
    person::text,
    system::{hot, objects, until, warehouse},
};

/// A needle: an id in each of its forms, or a text.
pub struct Needle {
    bytes: Vec<Vec<u8>>,
    texts: Vec<String>,
}

impl Needle {
    /// An id: as the API writes it, as 16 bytes, and in hexadecimal.
    pub fn id(typed: &str, uuid: Uuid) -> Self {
        let texts = vec![typed.to_owned(), uuid.simple().to_string(), uuid.to_string()];
        let mut bytes: Vec<_> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        bytes.push(uuid.as_bytes().to_vec());
        Self { bytes, texts }
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self { bytes: vec![text.as_bytes().to_vec()], texts: vec![text.to_owned()] }
    }

    fn is_in(&self, text: &str) -> bool {
        self.texts.iter().any(|needle| text.contains(needle))
    }
}

/// Returns where it stands: tables, items, objects, rows of the warehouse.
pub async fn find(system: &System, needle: &Needle) -> Vec<String> {
    let mut found = tables(system, needle).await;
    found.extend(items(system, needle).await);
    found.extend(bodies(system, needle).await);
    found.extend(archived(system, needle).await);
    found
}

/// The clusters of every logical database.
fn databases(system: &System) -> BTreeSet<String> {
    let mut urls = BTreeSet::new();
    for (name, map) in &system.environment {
        if name.ends_with("_SHARDS") {
            let ranges: Vec<Value> = serde_json::from_str(map).expect("a shard map");
            urls.extend(ranges.iter().map(|range| text(&range["writer"])));
        }
    }
    urls
}

const COLUMNS: &str = "\
    SELECT CONVERT(table_name USING utf8mb4), CONVERT(column_name USING utf8mb4) \
    FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2";

async fn tables(system: &System, needle: &Needle) -> Vec<String> {
    let mut found = Vec::new();
    let mut searched = 0;
    for url in databases(system) {
        let mut database = MySqlConnection::connect(&url).await.expect("a connection");
        let columns: Vec<(String, String)> = sqlx::query_as(COLUMNS)
            .fetch_all(&mut database)
            .await
            .expect("columns");
        for (table, column) in columns {
            searched += 1;
            let rows = rows_with(&mut database, &table, &column, needle).await;
            if rows > 0 {
                found.push(format!("{table}.{column}: {rows} rows"));
            }
        }
    }
    assert!(searched > 100, "found too few columns to search: {searched}");
    found
}

/// Returns how many rows of a column have the needle, in any of its forms.
async fn rows_with(
    database: &mut MySqlConnection,
    table: &str,
    column: &str,
    needle: &Needle,
) -> i64 {
    let mut rows = 0;
    for bytes in &needle.bytes {
        let query = format!(
            "SELECT COUNT(*) FROM `{table}` WHERE LOCATE(?, CAST(`{column}` AS BINARY)) > 0"
        );
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(query))
            .bind(bytes)
            .fetch_one(&mut *database)
            .await
            .expect("a count");
        rows += found;
    }
    rows
}

async fn items(system: &System, needle: &Needle) -> Vec<String> {
    let scan = hot(system)
        .scan()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    let mut pages = scan.into_paginator().items().send();
    let mut found = Vec::new();
    while let Some(item) = pages.next().await {
        let item = format!("{:?}", item.expect("an item"));
        if needle.is_in(&item) {
            found.push(item);
        }
    }
    found
}

/// Every object of every bucket: key and size.
pub async fn keys(system: &System) -> Vec<(String, String)> {
    let client = objects(system);
    let mut keys = Vec::new();
    for bucket in buckets(&client).await {
        let mut pages = client
            .list_objects_v2()
            .bucket(&bucket)
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            for object in page.expect("a page").contents() {
                let key = object.key().expect("a key");
                keys.push((bucket.clone(), key.to_owned()));
            }
        }
    }
    keys
}

async fn buckets(client: &Client) -> Vec<String> {
    let buckets = client.list_buckets().send().await.expect("buckets");
    let mut names = Vec::new();
    for bucket in buckets.buckets() {
        names.push(bucket.name().expect("a name").to_owned());
    }
    assert!(names.len() >= 2, "found too few buckets to search: {names:?}");
    names
}

/// Keys, and the bytes of everything that is no image.
async fn bodies(system: &System, needle: &Needle) -> Vec<String> {
    let client = objects(system);
    let mut found = Vec::new();
    for (bucket, key) in keys(system).await {
        let mut there = needle.is_in(&key);
        if !key.starts_with("originals/") && !key.starts_with("media/") {
            let object = client
                .get_object()
                .bucket(&bucket)
                .key(&key)
                .send()
                .await
                .expect("an object");
            let bytes = object.body.collect().await.expect("bytes").to_vec();
            there |= needle.is_in(&String::from_utf8_lossy(&bytes));
        }
        if there {
            found.push(format!("{bucket}/{key}"));
        }
    }
    found
}

/// Rows of the warehouse.
async fn archived(system: &System, needle: &Needle) -> Vec<String> {
    let mut conditions = Vec::new();
    for text in &needle.texts {
        for column in ["id", "owner_id", "actor_id", "subject_id", "context", "job"] {
            conditions.push(format!("{column} LIKE '%{text}%'"));
        }
    }
    let anywhere = conditions.join(" OR ");
    let query =
        format!("SELECT owner_id, actor_id, action, context FROM activity WHERE {anywhere}");
    let warehouse = warehouse(system);
    let token = Uuid::now_v7().to_string();
    let statement = warehouse
        .submit(&[query], &[], &token)
        .await
        .expect("a statement");
    until("the warehouse has answered", Duration::from_secs(30), async || {
        match warehouse.progress(&statement).await.expect("an answer") {
            StatementProgress::Running => None,
            StatementProgress::Finished { .. } => Some(()),
            StatementProgress::Failed(why) => panic!("{why}"),
        }
    })
    .await;
    let (rows, _) = warehouse.rows(&statement, None).await.expect("rows");
    rows.iter()
        .map(|row| format!("warehouse: {row:?}"))
        .collect()
}
