//! Batches of `DynamoDB` that are done in part.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html>

use serde_json::{Map, Value, json};

/// Returns true for an operation of which the table may leave a part.
pub(super) fn can_be_divided(operation: &str) -> bool {
    matches!(operation, "BatchGetItem" | "BatchWriteItem")
}

/// Returns the member of the answer that names what was left.
pub(super) fn unprocessed_member(operation: &str) -> &'static str {
    if operation == "BatchGetItem" { "UnprocessedKeys" } else { "UnprocessedItems" }
}

/// Takes the second half of each table's items out of a request, and returns that; `None` if there
/// is nothing to divide.
pub(super) fn divide(request: &mut Value) -> Option<Value> {
    let mut rest = Map::new();
    for (table, asked) in request["RequestItems"].as_object_mut()? {
        let is_read = asked.is_object();
        let items = if is_read { &mut asked["Keys"] } else { &mut *asked };
        let items = items.as_array_mut()?;
        if items.len() < 2 {
            continue;
        }
        let half = items.len() / 2;
        let left = Value::Array(items.split_off(half));
        let mut unprocessed = if is_read { asked.clone() } else { json!([]) };
        if is_read {
            unprocessed["Keys"] = left;
        } else {
            unprocessed = left;
        }
        rest.insert(table.clone(), unprocessed);
    }
    if rest.is_empty() { None } else { Some(Value::Object(rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_half_of_a_batch_is_left() {
        let mut read =
            json!({"RequestItems": {"hot": {"Keys": [1, 2, 3], "ConsistentRead": true}}});
        let rest = divide(&mut read).expect("a rest");
        assert_eq!(rest, json!({"hot": {"Keys": [2, 3], "ConsistentRead": true}}));
        assert_eq!(read["RequestItems"]["hot"]["Keys"], json!([1]));
        let mut written = json!({"RequestItems": {"hot": [1, 2]}});
        assert_eq!(divide(&mut written), Some(json!({"hot": [2]})));
        assert_eq!(written, json!({"RequestItems": {"hot": [1]}}));
    }

    #[test]
    fn a_batch_of_one_is_not_divided() {
        let mut one = json!({"RequestItems": {"hot": {"Keys": [1]}}});
        assert_eq!(divide(&mut one), None);
        assert_eq!(divide(&mut json!({})), None);
    }
}
