//! The permissions of requests to `DynamoDB`, by target and body.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use serde_json::{Value, json};

use super::actions::{RequiredPermission, text};
use crate::template::{ACCOUNT, REGION};

/// Returns the permissions that a request requires: one for each item.
pub(super) fn required_permissions(operation: &str, request: &Value) -> Vec<RequiredPermission> {
    match operation {
        "TransactWriteItems" | "TransactGetItems" => of_transaction(request),
        "BatchGetItem" | "BatchWriteItem" => of_batch(operation, request),
        "Query" => vec![of_item(operation, request, queried_key(request))],
        _ => vec![of_item(operation, request, item_key(request))],
    }
}

/// A caller who may write items one by one may do so in a transaction; it has no action of its own.
fn of_transaction(request: &Value) -> Vec<RequiredPermission> {
    let mut permissions = Vec::new();
    for item in array(&request["TransactItems"]) {
        for (kind, part) in item.as_object().into_iter().flatten() {
            permissions.push(of_item(&format!("{kind}Item"), part, item_key(part)));
        }
    }
    permissions
}

fn of_batch(operation: &str, request: &Value) -> Vec<RequiredPermission> {
    let mut permissions = Vec::new();
    for (table, items) in request["RequestItems"].as_object().into_iter().flatten() {
        let named_table = json!({ "TableName": table });
        let mut add = |key: &str| permissions.push(of_item(operation, &named_table, key));
        for key in array(&items["Keys"]) {
            add(text(&key["pk"]["S"]));
        }
        for item in array(items) {
            for write in item.as_object().into_iter().flatten() {
                let (_kind, part) = write;
                add(item_key(part));
            }
        }
    }
    permissions
}

/// Returns the permission for one item: the table, and after a `|` the beginning of the item's key,
/// with its `#`.
fn of_item(action: &str, request: &Value, key: &str) -> RequiredPermission {
    let table = text(&request["TableName"]);
    let index = match request["IndexName"].as_str() {
        Some(name) => format!("/index/{name}"),
        None => String::new(),
    };
    let beginning = match key.find('#') {
        Some(end) => &key[..=end],
        None => key,
    };
    RequiredPermission {
        action: format!("dynamodb:{action}"),
        resource: format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}{index}|{beginning}"),
    }
}

/// Returns the partition key of a request about one item, which names it or brings it.
fn item_key(request: &Value) -> &str {
    let named = &request["Key"]["pk"]["S"];
    let brought = &request["Item"]["pk"]["S"];
    text(if named.is_null() { brought } else { named })
}

/// Returns the partition key that a query is about: of `pk = :name`, the value under that name.
fn queried_key(request: &Value) -> &str {
    let condition = text(&request["KeyConditionExpression"]);
    let after = condition.trim_start_matches("pk = ");
    let name = after.split_whitespace().next().unwrap_or_default();
    text(&request["ExpressionAttributeValues"][name]["S"])
}

/// Returns the elements of an array, none if it is no array.
fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::super::{AwsService, actions::tests::permissions};

    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/hot";

    fn of(operation: &str, body: &str) -> Vec<String> {
        let target = format!("X-Amz-Target: D.{operation}\r\n");
        permissions(AwsService::DynamoDb, "POST /", &target, body)
    }

    #[test]
    fn a_query_is_about_the_beginning_of_its_key_or_an_index() {
        let by_key = r#"{"TableName":"hot",
            "KeyConditionExpression":"pk = :a AND begins_with(sk, :b)",
            "ExpressionAttributeValues":{":a":{"S":"ALBUM#1"},":b":{"S":"PHOTO#"}}}"#;
        assert_eq!(of("Query", by_key), [format!("dynamodb:Query {TABLE}|ALBUM#")]);
        let by_index = r#"{"TableName":"hot","IndexName":"i"}"#;
        assert_eq!(of("Query", by_index), [format!("dynamodb:Query {TABLE}/index/i|")]);
    }

    #[test]
    fn an_item_is_named_or_brought() {
        let get = r#"{"TableName":"hot","Key":{"pk":{"S":"SESSION#1"},"sk":{"S":"~"}}}"#;
        assert_eq!(of("GetItem", get), [format!("dynamodb:GetItem {TABLE}|SESSION#")]);
        let put = r#"{"TableName":"hot","Item":{"pk":{"S":"JOB#x"}}}"#;
        assert_eq!(of("PutItem", put), [format!("dynamodb:PutItem {TABLE}|JOB#")]);
    }

    #[test]
    fn a_batch_or_transaction_needs_a_permission_for_each_item() {
        let read =
            r#"{"RequestItems":{"hot":{"Keys":[{"pk":{"S":"ALBUM#1"}},{"pk":{"S":"PHOTO#2"}}]}}}"#;
        assert_eq!(
            of("BatchGetItem", read),
            ["ALBUM#", "PHOTO#"].map(|key| format!("dynamodb:BatchGetItem {TABLE}|{key}"))
        );
        let written = r#"{"RequestItems":{"hot":[{"PutRequest":{"Item":{"pk":{"S":"JOB#x"}}}}]}}"#;
        assert_eq!(
            of("BatchWriteItem", written),
            [format!("dynamodb:BatchWriteItem {TABLE}|JOB#")]
        );
        let transaction = r#"{"TransactItems":[
            {"Put":{"TableName":"hot","Item":{"pk":{"S":"USER#1"}}}},
            {"ConditionCheck":{"TableName":"hot","Key":{"pk":{"S":"PHOTO#1"}}}}]}"#;
        assert_eq!(
            of("TransactWriteItems", transaction),
            [
                format!("dynamodb:PutItem {TABLE}|USER#"),
                format!("dynamodb:ConditionCheckItem {TABLE}|PHOTO#"),
            ]
        );
    }
}
