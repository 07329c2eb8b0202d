//! Items of the hot table, read and written without ceremony.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::{Error, Result};

/// An item's attributes by name.
pub type HotItem = HashMap<String, AttributeValue>;

/// A string attribute.
pub fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number attribute.
pub fn n(number: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(format!("{number}"))
}

/// An item with this key and these attributes.
pub fn item<const N: usize>(
    pk: String,
    sk: &str,
    attributes: [(&str, AttributeValue); N],
) -> HotItem {
    let attributes = attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    key(pk, sk).into_iter().chain(attributes).collect()
}

/// An item's key.
pub fn key(pk: String, sk: &str) -> HotItem {
    HotItem::from([("pk".to_owned(), s(pk)), ("sk".to_owned(), s(sk))])
}

/// The string attribute of this name.
///
/// # Errors
/// [`Error::Internal`] when the item has none: something else wrote it.
pub fn text<'a>(item: &'a HotItem, name: &str) -> Result<&'a str> {
    let text = item.get(name).and_then(|value| value.as_s().ok());
    text.map(String::as_str).ok_or_else(|| missing(name))
}

/// The number of this name.
///
/// # Errors
/// [`Error::Internal`] when the item has none.
pub fn number<T: std::str::FromStr>(item: &HotItem, name: &str) -> Result<T> {
    let number = item
        .get(name)
        .and_then(|value| value.as_n().ok())
        .and_then(|text| text.parse().ok());
    number.ok_or_else(|| missing(name))
}

/// The string of this name, parsed.
///
/// # Errors
/// [`Error::Internal`] when it is missing or not a `T`.
pub fn parsed<T: std::str::FromStr>(item: &HotItem, name: &str) -> Result<T> {
    text(item, name)?.parse().map_err(|_| missing(name))
}

fn missing(name: &str) -> Error {
    Error::internal(format!("a hot item without a readable `{name}`"))
}
