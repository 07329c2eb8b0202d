//! What the system relies on in DynamoDB, asked by the AWS SDK.

#![allow(clippy::unwrap_used)] // a test may stop where it is

use std::{
    collections::HashMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, Delete, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure,
        TransactWriteItem,
    },
};
use local::dynamodb::{DynamoDbServer, listen};
use serde_json::json;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

struct DynamoDbFixture {
    client: Client,
    server: DynamoDbServer,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl DynamoDbFixture {
    fn start(folder: &TempDir) -> Self {
        let server = DynamoDbServer::open(&folder.path().join("tables.db")).unwrap();
        let table = json!({
            "TableName": "hot",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": true},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
            "SSESpecification": {"SSEEnabled": true},
        });
        server.ensure_table(&table).unwrap();
        server.ensure_table(&table).unwrap();
        let listener = listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        assert!(address.ip().is_loopback());
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server
            .clone()
            .serve(listener, async { drop(stopped.await) });
        let running = tokio::spawn(async { serving.await.unwrap() });
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("local", "secret", None, None, "test"))
            .endpoint_url(format!("http://{address}"))
            .build();
        Self { client: Client::from_conf(config), server, stop, served: running }
    }

    async fn stop(self) {
        drop(self.client);
        self.stop.send(()).unwrap();
        self.served.await.unwrap();
    }

    async fn put(&self, pk: &str, sk: &str, version: u32) {
        let put = self
            .client
            .put_item()
            .table_name("hot")
            .item("pk", text(pk))
            .item("sk", text(sk));
        put.item("version", number(version)).send().await.unwrap();
    }

    async fn version(&self, pk: &str, sk: &str) -> Option<AttributeValue> {
        let get = self
            .client
            .get_item()
            .table_name("hot")
            .key("pk", text(pk))
            .key("sk", text(sk))
            .consistent_read(true);
        get.send()
            .await
            .unwrap()
            .item
            .and_then(|mut item| item.remove("version"))
    }
}

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

#[allow(clippy::needless_pass_by_value)] // reads better at the calls
fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_never_wins_and_gets_the_newer_one_back() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    let put = async |version: u32| {
        let put = fixture
            .client
            .put_item()
            .table_name("hot")
            .item("pk", text("a"))
            .item("sk", text("~HEAD"))
            .item("version", number(version));
        let put = put
            .condition_expression("attribute_not_exists(pk) OR version < :v")
            .expression_attribute_values(":v", number(version));
        put.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await
    };
    put(2).await.unwrap();
    put(5).await.unwrap();
    let refused = put(3).await.unwrap_err().into_service_error();
    let aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException(
        refused,
    ) = refused
    else {
        panic!("{refused:?}")
    };
    assert_eq!(refused.item().unwrap()["version"], number(5));
    assert_eq!(fixture.version("a", "~HEAD").await, Some(number(5)));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_all_or_nothing_and_says_why() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    fixture.put("taken", "x", 1).await;
    let put = |pk: &str| {
        let put = Put::builder()
            .table_name("hot")
            .item("pk", text(pk))
            .item("sk", text("x"))
            .item("version", number(7));
        let put = put.condition_expression("attribute_not_exists(pk)");
        let put = put
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        TransactWriteItem::builder()
            .put(put.build().unwrap())
            .build()
    };
    let refused = fixture
        .client
        .transact_write_items()
        .transact_items(put("free"))
        .transact_items(put("taken"));
    let refused = refused.send().await.unwrap_err().into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(refused) = refused else {
        panic!("{refused:?}")
    };
    let codes: Vec<_> = refused
        .cancellation_reasons()
        .iter()
        .map(|reason| reason.code().unwrap())
        .collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
    assert_eq!(refused.cancellation_reasons()[1].item().unwrap()["version"], number(1));
    assert_eq!(fixture.version("free", "x").await, None);

    let delete = Delete::builder()
        .table_name("hot")
        .key("pk", text("taken"))
        .key("sk", text("x"))
        .build()
        .unwrap();
    let delete = TransactWriteItem::builder().delete(delete).build();
    fixture
        .client
        .transact_write_items()
        .transact_items(put("free"))
        .transact_items(delete)
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
        fixture
            .put("ALBUM#a", &format!("PHOTO#2026-01-0{day}#p"), day)
            .await;
    }
    fixture.put("ALBUM#a", "~HEAD", 9).await;
    fixture.put("ALBUM#b", "PHOTO#2026-02-01#p", 1).await;
    let query = |from| {
        let query = fixture
            .client
            .query()
            .table_name("hot")
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", text("ALBUM#a"));
        query
            .scan_index_forward(false)
            .limit(3)
            .set_exclusive_start_key(from)
    };
    let versions = |items: &[HashMap<String, AttributeValue>]| {
        items
            .iter()
            .map(|item| item["version"].clone())
            .collect::<Vec<AttributeValue>>()
    };
    let page = query(None).send().await.unwrap();
    assert_eq!(versions(page.items()), [9, 5, 4].map(number));
    let page = query(page.last_evaluated_key).send().await.unwrap();
    assert_eq!(versions(page.items()), [3, 2, 1].map(number));

    let keys = ["ALBUM#a", "ALBUM#b", "ALBUM#none"].map(|pk| {
        let sk = if pk == "ALBUM#a" { "~HEAD" } else { "PHOTO#2026-02-01#p" };
        [("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))].into()
    });
    let keys = KeysAndAttributes::builder()
        .set_keys(Some(keys.to_vec()))
        .build()
        .unwrap();
    let batch = fixture
        .client
        .batch_get_item()
        .request_items("hot", keys)
        .send()
        .await
        .unwrap();
    let mut found = versions(&batch.responses.unwrap()["hot"]);
    found.sort_by_key(|version| version.as_n().unwrap().clone());
    assert_eq!(found, [1, 9].map(number));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_swept_and_the_rest_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    for (pk, ttl) in [
        ("over", now.saturating_sub(Duration::from_mins(1))),
        ("valid", now + Duration::from_hours(1)),
    ] {
        let put = fixture
            .client
            .put_item()
            .table_name("hot")
            .item("pk", text(pk))
            .item("sk", text("x"))
            .item("version", number(1));
        put.item("ttl", number(ttl.as_secs())).send().await.unwrap();
    }
    fixture.put("lasting", "x", 1).await;
    assert_eq!(fixture.server.sweep().unwrap(), 1);
    assert_eq!(fixture.version("over", "x").await, None);
    fixture.stop().await;

    let fixture = DynamoDbFixture::start(&folder);
    assert_eq!(fixture.version("valid", "x").await, Some(number(1)));
    assert_eq!(fixture.version("lasting", "x").await, Some(number(1)));
    assert_eq!(
        fixture.server.sweep().unwrap(),
        0,
        "the TTL attribute is known, and nothing is left"
    );
    let put = fixture
        .client
        .put_item()
        .table_name("hot")
        .item("pk", text("over"))
        .item("sk", text("x"))
        .item("ttl", number(now.as_secs() - 60));
    put.send().await.unwrap();
    assert_eq!(fixture.server.sweep().unwrap(), 1);
    fixture.stop().await;
}
