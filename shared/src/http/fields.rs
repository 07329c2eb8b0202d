//! Request bodies: every bad, missing and unknown field is named, not just the first.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::error::{Error, FieldError, Result};

/// A request body read field by field.
pub trait Request: Sized {
    /// Takes what it knows out of `fields`; `None` where a field was bad.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// Declares a request body: a struct, and how it is read. A field of type `Option` may be missing
/// or `null`.
///
/// ```
/// shared::request! {
///     /// A new album.
///     pub struct NewAlbum {
///         /// Its title.
///         pub title: shared::domain::Title,
///     }
/// }
/// ```
#[macro_export]
macro_rules! request {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $fvis:vis $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug)]
        $vis struct $name { $($(#[$field_doc])* $fvis $field: $type,)* }

        impl $crate::http::Request for $name {
            fn read(fields: &mut $crate::http::Fields) -> Option<Self> {
                // Every field is taken before the first `?`, so that all errors are collected.
                $(let $field = fields.take(stringify!($field));)*
                Some(Self { $($field: $field?,)* })
            }
        }
    };
}

/// The fields of a JSON object, and what was wrong with those taken so far.
pub struct Fields {
    left: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The field of this name; `None`, and noted, when its value is not a `T`.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.left.remove(name);
        let missing = value.is_none();
        match serde_json::from_value(value.unwrap_or(Value::Null)) {
            Ok(value) => Some(value),
            Err(_) if missing => self.note(name, "is required"),
            Err(why) => self.note(name, &readable(&why.to_string())),
        }
    }

    fn note<T>(&mut self, field: &str, detail: &str) -> Option<T> {
        self.errors.push(FieldError { field: field.to_owned(), detail: detail.to_owned() });
        None
    }
}

/// `serde`'s words for a wrong type, as a sentence about the field.
fn readable(why: &str) -> String {
    match why.strip_prefix("invalid type: ").and_then(|w| w.split_once(", expected ")) {
        Some((got, want)) => format!("must be {}, not {got}", article(want)),
        None => why.to_owned(),
    }
}

fn article(want: &str) -> String {
    let bare = want.starts_with("a ") || want.starts_with("an ");
    if bare { want.to_owned() } else { format!("a {want}") }
}

/// Reads a body.
///
/// # Errors
/// [`Error::NotJson`] when it is not a JSON object; [`Error::Invalid`] with every bad field.
pub fn parse<T: Request>(body: &[u8]) -> Result<T> {
    let left = serde_json::from_slice(body).map_err(|e| Error::NotJson { why: e.to_string() })?;
    let mut fields = Fields { left, errors: Vec::new() };
    let value = T::read(&mut fields);
    for name in fields.left.into_iter().map(|(name, _)| name).take(20) {
        let name: String = name.chars().take(100).collect();
        fields.errors.push(FieldError { field: name, detail: "is not a field of this request".to_owned() });
    }
    match value {
        Some(value) if fields.errors.is_empty() => Ok(value),
        _ => Err(Error::Invalid(fields.errors)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Description, Title};

    request! {
        struct NewAlbum {
            title: Title,
            description: Option<Description>,
        }
    }

    fn errors(body: &str) -> Vec<(String, String)> {
        match parse::<NewAlbum>(body.as_bytes()) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.detail)).collect(),
            other => panic!("expected bad fields, got {other:?}"),
        }
    }

    #[test]
    fn every_bad_field_is_named() {
        let got = errors(r#"{"title": 7, "description": "a\u0000b", "colour": "red"}"#);
        let want = [
            ("title", "must be a string, not integer `7`"),
            ("description", "must not have control characters"),
            ("colour", "is not a field of this request"),
        ];
        assert_eq!(got, want.map(|(f, d)| (f.to_owned(), d.to_owned())));
        assert_eq!(errors("{}"), [("title".to_owned(), "is required".to_owned())]);
    }

    #[test]
    fn a_body_that_is_no_object_is_not_json() {
        for body in ["", "[]", "null", "{", "\"title\"", "\u{feff}{}"] {
            assert!(matches!(parse::<NewAlbum>(body.as_bytes()), Err(Error::NotJson { .. })), "{body}");
        }
    }

    #[test]
    fn what_may_be_left_out_may_be_null() {
        let album = parse::<NewAlbum>(br#"{"title": "Summer", "description": null}"#).expect("valid");
        assert_eq!((album.title.as_str(), album.description), ("Summer", None));
    }
}
