//! The partitions that a request asks.

use serde_json::Value;

use crate::ledger::Kind;

/// A request, as far as partitions are concerned.
#[derive(Debug, PartialEq)]
pub struct Request {
    /// Reading or writing.
    pub kind: Kind,
    /// The partition keys of its items, one for each item that it names.
    pub keys: Vec<String>,
}

impl Request {
    /// Returns what an operation with this body asks.
    pub fn of(operation: &str, body: &Value) -> Self {
        let is_read = operation.contains("Get") || matches!(operation, "Query" | "Scan");
        let kind = if is_read { Kind::Read } else { Kind::Write };
        let keys = match operation {
            "Query" => queried(body).into_iter().collect(),
            "TransactWriteItems" | "TransactGetItems" => of_each(&body["TransactItems"], of_action),
            "BatchGetItem" | "BatchWriteItem" => of_tables(&body["RequestItems"]),
            _ => of_item(body).into_iter().collect(),
        };
        Self { kind, keys }
    }

    /// Returns the number of items that it names.
    #[expect(clippy::cast_precision_loss, reason = "a hundred at most")]
    pub fn items(&self) -> f64 {
        self.keys.len() as f64
    }
}

/// Returns the partition key of an item or of a key.
fn partition(attributes: &Value) -> Option<String> {
    attributes["pk"]["S"].as_str().map(str::to_owned)
}

/// Returns the partition key of what names one item.
fn of_item(action: &Value) -> Option<String> {
    partition(&action["Key"]).or_else(|| partition(&action["Item"]))
}

/// Returns the partition key of one action of a transaction or of a batch, `{"Put": {…}}`.
fn of_action(action: &Value) -> Option<String> {
    action.as_object()?.values().find_map(of_item)
}

fn of_each(list: &Value, key: impl Fn(&Value) -> Option<String>) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(key)
        .collect()
}

/// Returns the partition keys of what batches name, by table.
fn of_tables(tables: &Value) -> Vec<String> {
    let mut keys = Vec::new();
    for table in tables
        .as_object()
        .into_iter()
        .flat_map(|tables| tables.values())
    {
        keys.extend(of_each(&table["Keys"], partition));
        keys.extend(of_each(table, of_action));
    }
    keys
}

/// Returns the partition key that a query asks, whose condition begins with `pk = :name`.
fn queried(body: &Value) -> Option<String> {
    let condition = body["KeyConditionExpression"].as_str()?;
    let (_, after) = condition.split_once("pk = ")?;
    let name = after.split_whitespace().next()?;
    body["ExpressionAttributeValues"][name]["S"]
        .as_str()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(operation: &str, body: &Value) -> Vec<String> {
        Request::of(operation, body).keys
    }

    #[test]
    fn each_item_that_a_request_names_has_its_partition() {
        let key = |pk: &str| json!({"pk": {"S": pk}, "sk": {"S": "~"}});
        assert_eq!(keys("GetItem", &json!({"Key": key("a")})), ["a"]);
        assert_eq!(keys("PutItem", &json!({"Item": key("b")})), ["b"]);
        let query = json!({
            "KeyConditionExpression": "pk = :album AND begins_with(sk, :photos)",
            "ExpressionAttributeValues": {":album": {"S": "c"}, ":photos": {"S": "PHOTO#"}},
        });
        assert_eq!(keys("Query", &query), ["c"]);
        let transaction = json!({"TransactItems": [
            {"ConditionCheck": {"Key": key("d")}},
            {"Put": {"Item": key("e")}},
        ]});
        assert_eq!(keys("TransactWriteItems", &transaction), ["d", "e"]);
        let reads = json!({"RequestItems": {"hot": {"Keys": [key("f"), key("f")]}}});
        assert_eq!(keys("BatchGetItem", &reads), ["f", "f"]);
        let writes = json!({"RequestItems": {"hot": [{"PutRequest": {"Item": key("g")}}]}});
        assert_eq!(keys("BatchWriteItem", &writes), ["g"]);
    }

    #[test]
    fn gets_and_queries_read_and_all_else_writes() {
        for operation in ["GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"] {
            assert_eq!(Request::of(operation, &json!({})).kind, Kind::Read, "{operation}");
        }
        for operation in ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"] {
            assert_eq!(Request::of(operation, &json!({})).kind, Kind::Write, "{operation}");
        }
    }
}
