//! The behaviour of `DynamoDB` that the system relies on, asked by the AWS SDK.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "dynamodb/api.rs"]
mod api;

use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    error::SdkError,
    operation::{
        put_item::{PutItemError, builders::PutItemFluentBuilder},
        query::builders::QueryFluentBuilder,
        transact_write_items::TransactWriteItemsError,
    },
    types::{
        AttributeValue, Delete, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem,
    },
};
use local::dynamodb::{DynamoDbServer, listen};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// A server with the table `hot`, and a client of it.
struct DynamoDbFixture {
    client: Client,
    server: DynamoDbServer,
    stop: oneshot::Sender<()>,
    serving_task: JoinHandle<()>,
}

fn table_properties() -> Value {
    json!({
        "TableName": "hot",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
        "SSESpecification": {"SSEEnabled": true},
    })
}

impl DynamoDbFixture {
    fn start(folder: &TempDir) -> Self {
        let server = DynamoDbServer::open(&folder.path().join("tables.db")).unwrap();
        // A second time it is there.
        server.ensure_table(&table_properties()).unwrap();
        server.ensure_table(&table_properties()).unwrap();
        let listener = listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        assert!(address.ip().is_loopback());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server
            .clone()
            .serve(listener, async { drop(stopped.await) });
        let serving_task = tokio::spawn(async { serving.await.unwrap() });
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "secret", None, None, "test"))
            .endpoint_url(format!("http://{address}"))
            .build();
        Self { client: Client::from_conf(config), server, stop, serving_task }
    }

    async fn stop(self) {
        drop(self.client);
        self.stop.send(()).unwrap();
        self.serving_task.await.unwrap();
    }

    /// Returns a call that puts an item.
    fn put_call(&self, pk: &str, sk: &str) -> PutItemFluentBuilder {
        self.client
            .put_item()
            .table_name("hot")
            .item("pk", text(pk))
            .item("sk", text(sk))
    }

    async fn put(&self, pk: &str, sk: &str, version: u32) {
        self.put_call(pk, sk)
            .item("version", number(version))
            .send()
            .await
            .unwrap();
    }

    async fn put_with_ttl(&self, pk: &str, ttl: Duration) {
        self.put_call(pk, "x")
            .item("version", number(1))
            .item("ttl", number(ttl.as_secs()))
            .send()
            .await
            .unwrap();
    }

    async fn version(&self, pk: &str, sk: &str) -> Option<AttributeValue> {
        let read = self
            .client
            .get_item()
            .table_name("hot")
            .key("pk", text(pk))
            .key("sk", text(sk))
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        read.item?.remove("version")
    }

    /// Returns a call that reads an album: its head and its newest photos.
    fn album_call(&self) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name("hot")
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text("ALBUM#a"))
            .scan_index_forward(false)
            .limit(3)
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

#[allow(clippy::needless_pass_by_value)] // reads better at the calls
fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn versions(items: &[HashMap<String, AttributeValue>]) -> Vec<AttributeValue> {
    items.iter().map(|item| item["version"].clone()).collect()
}

/// Puts a version of an album's head unless there is a newer one.
async fn put_head(fixture: &DynamoDbFixture, version: u32) -> Result<(), SdkError<PutItemError>> {
    fixture
        .put_call("a", "~HEAD")
        .item("version", number(version))
        .condition_expression("attribute_not_exists(pk) OR version < :v")
        .expression_attribute_values(":v", number(version))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_never_wins_and_gets_the_newer_one_back() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    put_head(&fixture, 2).await.unwrap();
    put_head(&fixture, 5).await.unwrap();
    let error = put_head(&fixture, 3)
        .await
        .unwrap_err()
        .into_service_error();
    let PutItemError::ConditionalCheckFailedException(refused) = error else { panic!("{error:?}") };
    assert_eq!(refused.item().unwrap()["version"], number(5));
    assert_eq!(fixture.version("a", "~HEAD").await, Some(number(5)));
    fixture.stop().await;
}

/// Returns the write of an item that must not be there.
fn put_new(pk: &str) -> TransactWriteItem {
    let put = Put::builder()
        .table_name("hot")
        .item("pk", text(pk))
        .item("sk", text("x"))
        .item("version", number(7))
        .condition_expression("attribute_not_exists(pk)")
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build()
        .unwrap();
    TransactWriteItem::builder().put(put).build()
}

fn delete(pk: &str) -> TransactWriteItem {
    let delete = Delete::builder()
        .table_name("hot")
        .key("pk", text(pk))
        .key("sk", text("x"))
        .build()
        .unwrap();
    TransactWriteItem::builder().delete(delete).build()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_all_or_nothing_and_says_why() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    fixture.put("taken", "x", 1).await;
    let transaction = || {
        fixture
            .client
            .transact_write_items()
            .transact_items(put_new("free"))
    };
    let refused = transaction().transact_items(put_new("taken")).send().await;
    let error = refused.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        panic!("{error:?}")
    };
    let [of_free, of_taken] = cancelled.cancellation_reasons() else { panic!("{cancelled:?}") };
    assert_eq!(of_free.code(), Some("None"));
    assert_eq!(of_taken.code(), Some("ConditionalCheckFailed"));
    assert_eq!(of_taken.item().unwrap()["version"], number(1));
    assert_eq!(fixture.version("free", "x").await, None);

    transaction()
        .transact_items(delete("taken"))
        .send()
        .await
        .unwrap();
    assert_eq!(fixture.version("free", "x").await, Some(number(7)));
    assert_eq!(fixture.version("taken", "x").await, None);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_query_reads_the_head_and_the_newest_photos() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    for day in 1..=5 {
        let sort_key = format!("PHOTO#2026-01-0{day}#p");
        fixture.put("ALBUM#a", &sort_key, day).await;
    }
    fixture.put("ALBUM#a", "~HEAD", 9).await;
    let first = fixture.album_call().send().await.unwrap();
    assert_eq!(versions(first.items()), [9, 5, 4].map(number));
    let second = fixture
        .album_call()
        .set_exclusive_start_key(first.last_evaluated_key)
        .send()
        .await
        .unwrap();
    assert_eq!(versions(second.items()), [3, 2, 1].map(number));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_reads_the_items_that_are_there() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    fixture.put("ALBUM#a", "~HEAD", 9).await;
    fixture.put("ALBUM#b", "~HEAD", 1).await;
    let mut keys = Vec::new();
    for pk in ["ALBUM#a", "ALBUM#b", "ALBUM#none"] {
        keys.push(HashMap::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text("~HEAD"))]));
    }
    let requested = KeysAndAttributes::builder()
        .set_keys(Some(keys))
        .build()
        .unwrap();
    let batch = fixture
        .client
        .batch_get_item()
        .request_items("hot", requested)
        .send()
        .await
        .unwrap();
    let mut found = versions(&batch.responses.unwrap()["hot"]);
    found.sort_by_key(|version| version.as_n().unwrap().clone());
    assert_eq!(found, [1, 9].map(number));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_items_are_swept_and_the_rest_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let before = DynamoDbFixture::start(&folder);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let a_minute_ago = now.saturating_sub(Duration::from_mins(1));
    before.put_with_ttl("over", a_minute_ago).await;
    before
        .put_with_ttl("valid", now + Duration::from_hours(1))
        .await;
    before.put("lasting", "x", 1).await;
    assert_eq!(before.server.sweep().unwrap(), 1);
    assert_eq!(before.version("over", "x").await, None);
    before.stop().await;

    let after = DynamoDbFixture::start(&folder);
    assert_eq!(after.version("valid", "x").await, Some(number(1)));
    assert_eq!(after.version("lasting", "x").await, Some(number(1)));
    assert_eq!(after.server.sweep().unwrap(), 0);
    // The table's TTL attribute is still known.
    after.put_with_ttl("over", a_minute_ago).await;
    assert_eq!(after.server.sweep().unwrap(), 1);
    after.stop().await;
}
