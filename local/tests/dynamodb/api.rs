//! Requests that are answered without dynoxide's own server, and those that are asked of it.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use tempfile::TempDir;

use super::{DynamoDbFixture, number, text};

#[tokio::test(flavor = "multi_thread")]
async fn units_are_counted_and_told_only_to_who_asks() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    let units = fixture.server.units();
    fixture.put("a", "x", 1).await;
    assert_eq!((units.taken().written, units.taken().read), (1.0, 0.0));
    let read = || {
        let client = &fixture.client;
        client
            .get_item()
            .table_name("hot")
            .key("pk", text("a"))
            .key("sk", text("x"))
    };
    let silent = read().consistent_read(true).send().await.unwrap();
    assert!(silent.consumed_capacity.is_none());
    assert_eq!(silent.item.unwrap()["version"], number(1));
    let told = read()
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    let told = told.consumed_capacity.unwrap().capacity_units;
    // Half a unit of what is eventually consistent.
    assert_eq!((told, units.taken().read), (Some(0.5), 1.5));
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_worded_as_dynamodb_does() {
    let folder = TempDir::new().unwrap();
    let fixture = DynamoDbFixture::start(&folder);
    let no_table = fixture
        .client
        .get_item()
        .table_name("cold")
        .key("pk", text("a"))
        .send();
    let error = no_table.await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception(), "{error:?}");
    let no_value = fixture
        .album_call()
        .set_expression_attribute_values(None)
        .send();
    let error = no_value.await.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("ValidationException"));
    assert!(error.meta().message().unwrap().contains(":pk"), "{error:?}");
    fixture.stop().await;
}
