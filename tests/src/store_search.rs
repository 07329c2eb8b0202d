//! Every store, searched for something that must be in none of them.

use std::time::Duration;

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
fn databases(system: &System) -> Vec<String> {
    let maps = system
        .environment
        .iter()
        .filter(|(name, _)| name.ends_with("_SHARDS"));
    let ranges =
        maps.flat_map(|(_, map)| serde_json::from_str::<Vec<Value>>(map).expect("a shard map"));
    let mut urls: Vec<_> = ranges.map(|range| text(&range["writer"])).collect();
    urls.sort();
    urls.dedup();
    urls
}

async fn tables(system: &System, needle: &Needle) -> Vec<String> {
    let columns = "SELECT CONVERT(table_name USING utf8mb4), CONVERT(column_name USING utf8mb4) \
                   FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1, 2";
    let (mut found, mut searched) = (Vec::new(), 0);
    for url in databases(system) {
        let mut database = MySqlConnection::connect(&url).await.expect("a connection");
        let columns: Vec<(String, String)> = sqlx::query_as(columns)
            .fetch_all(&mut database)
            .await
            .expect("columns");
        for (table, column) in columns {
            for bytes in &needle.bytes {
                let count = format!(
                    "SELECT COUNT(*) FROM `{table}` WHERE LOCATE(?, CAST(`{column}` AS BINARY)) > 0"
                );
                let count: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                    .bind(bytes)
                    .fetch_one(&mut database)
                    .await
                    .expect("a count");
                searched += 1;
                if count > 0 {
                    found.push(format!("{table}.{column}: {count} rows"));
                }
            }
        }
    }
    assert!(searched > 100, "found too few columns to search");
    found
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
            let page = page.expect("a page");
            keys.extend(
                page.contents()
                    .iter()
                    .filter_map(|o| Some((bucket.clone(), o.key()?.to_owned()))),
            );
        }
    }
    keys
}

async fn buckets(client: &Client) -> Vec<String> {
    let buckets = client.list_buckets().send().await.expect("buckets");
    let names: Vec<_> = buckets
        .buckets()
        .iter()
        .filter_map(|bucket| Some(bucket.name()?.to_owned()))
        .collect();
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
    let columns = ["id", "owner_id", "actor_id", "subject_id", "context", "job"];
    let in_one = |text: &String| {
        columns
            .map(|column| format!("{column} LIKE '%{text}%'"))
            .join(" OR ")
    };
    let anywhere = needle
        .texts
        .iter()
        .map(in_one)
        .collect::<Vec<_>>()
        .join(" OR ");
    let query =
        format!("SELECT owner_id, actor_id, action, context FROM activity WHERE {anywhere}");
    let (warehouse, token) = (warehouse(system), Uuid::now_v7().to_string());
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
