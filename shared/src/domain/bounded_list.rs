//! A list in a request, of at least one item and at most so many.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::DeserializeOwned, de::Error};
use serde_json::Value;

use super::value_error;

/// 1 to `MOST` items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundedList<T, const MOST: usize>(Vec<T>);

impl<T, const MOST: usize> BoundedList<T, MOST> {
    /// The items.
    pub fn items(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: DeserializeOwned, const MOST: usize> Deserialize<'de> for BoundedList<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = Vec::<Value>::deserialize(deserializer)?;
        if !(1..=MOST).contains(&values.len()) {
            return Err(D::Error::custom(format!("must have 1 to {MOST} items")));
        }
        let items = values.into_iter().enumerate().map(|(at, value)| {
            let bad = |why: serde_json::Error| {
                D::Error::custom(format!(
                    "has a bad item {}: it {}",
                    at + 1,
                    value_error::sentence(&why.to_string())
                ))
            };
            serde_json::from_value(value).map_err(bad)
        });
        items.collect::<Result<_, _>>().map(Self)
    }
}

impl<T: JsonSchema, const MOST: usize> JsonSchema for BoundedList<T, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}Several", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "array", "items": generator.subschema_for::<T>(), "minItems": 1, "maxItems": MOST})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_bounded_and_its_bad_item_is_named() {
        let read = |value: Value| serde_json::from_value::<BoundedList<u8, 3>>(value);
        assert_eq!(read(json!([1, 2, 3])).expect("valid").items(), [1, 2, 3]);
        assert!(
            read(json!([])).is_err()
                && read(json!([1, 2, 3, 4])).is_err()
                && read(json!(1)).is_err()
        );
        let why = read(json!([1, "a secret"]))
            .expect_err("a refusal")
            .to_string();
        assert_eq!(why, "has a bad item 2: it must be a u8, not a string");
    }
}
