//! The permissions of requests to `DynamoDB`, by target and body.
//!
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::actions::{RequiredPermission, text};
use crate::template::{ACCOUNT, REGION};

/// Returns the permissions that a request requires. Each names the keys of all its items, because
/// one statement of a role has to allow them all.
pub(super) fn required_permissions(operation: &str, request: &Value) -> Vec<RequiredPermission> {
    match operation {
        "TransactWriteItems" | "TransactGetItems" => of_transaction(request),
        "BatchGetItem" | "BatchWriteItem" => of_batch(operation, request),
        "Query" => vec![of_items(operation, request, &[queried_key(request)])],
        _ => vec![of_items(operation, request, &[item_key(request)])],
    }
}

/// A caller who may write items one by one may do so in a transaction; it has no action of its own.
fn of_transaction(request: &Value) -> Vec<RequiredPermission> {
    let mut parts = Vec::new();
    for item in array(&request["TransactItems"]) {
        parts.extend(item.as_object().into_iter().flatten());
    }
    let keys: Vec<&str> = parts.iter().map(|(_kind, part)| item_key(part)).collect();
    let mut permissions = Vec::new();
    for (kind, part) in parts {
        permissions.push(of_items(&format!("{kind}Item"), part, &keys));
    }
    permissions
}

fn of_batch(operation: &str, request: &Value) -> Vec<RequiredPermission> {
    let mut permissions = Vec::new();
    for (table, items) in request["RequestItems"].as_object().into_iter().flatten() {
        let mut keys = Vec::new();
        for key in array(&items["Keys"]) {
            keys.push(text(&key["pk"]["S"]));
        }
        for item in array(items) {
            for (_kind, part) in item.as_object().into_iter().flatten() {
                keys.push(item_key(part));
            }
        }
        permissions.push(of_items(operation, &json!({ "TableName": table }), &keys));
    }
    permissions
}

/// Returns the permission for the items of one request: the table, and after a `|` the beginnings
/// of their keys with a `#`, in their order and each once.
fn of_items(action: &str, request: &Value, keys: &[&str]) -> RequiredPermission {
    let table = text(&request["TableName"]);
    let index = match request["IndexName"].as_str() {
        Some(name) => format!("/index/{name}"),
        None => String::new(),
    };
    let beginnings: BTreeSet<&str> = keys.iter().map(|key| beginning(key)).collect();
    let keys = beginnings.into_iter().collect::<Vec<_>>().join(",");
    RequiredPermission {
        action: format!("dynamodb:{action}"),
        resource: format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}{index}|{keys}"),
    }
}

/// Returns `ALBUM#` of `ALBUM#album_01…`, and a key without a `#` as it is.
fn beginning(key: &str) -> &str {
    match key.find('#') {
        Some(end) => &key[..=end],
        None => key,
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
    fn a_batch_or_transaction_needs_a_permission_for_all_its_items_together() {
        let read =
            r#"{"RequestItems":{"hot":{"Keys":[{"pk":{"S":"ALBUM#1"}},{"pk":{"S":"PHOTO#2"}}]}}}"#;
        assert_eq!(
            of("BatchGetItem", read),
            [format!("dynamodb:BatchGetItem {TABLE}|ALBUM#,PHOTO#")]
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
                format!("dynamodb:PutItem {TABLE}|PHOTO#,USER#"),
                format!("dynamodb:ConditionCheckItem {TABLE}|PHOTO#,USER#"),
            ]
        );
    }
}
