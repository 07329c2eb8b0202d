//! Request bodies: every bad, missing and unknown field is named, not just the first.

use serde::de::{DeserializeOwned, Deserializer, Visitor, value::Error as NoValue};
use serde_json::{Map, Value};

use crate::{
    domain::value_error,
    error::{Error, FieldError, Result},
};

/// A request body read field by field.
pub trait Request: Sized {
    /// Takes what it knows out of `fields`; `None` where a field was bad.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// Declares a request's body or its query parameters: a struct, how it is read, and its schema. A
/// field of type `Option` may be missing or `null`; one of type `Patch` may be missing.
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
    ($(#[$doc:meta])* $vis:vis struct $name:ident {
        $($(#[$field_doc:meta])* $fvis:vis $field:ident: $type:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, $crate::http::JsonSchema)]
        #[schemars(crate = "shared::http::schemars", deny_unknown_fields)]
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
        let Some(value) = self.left.remove(name) else {
            let of_nothing = T::deserialize(Missing).ok();
            if of_nothing.is_none() {
                self.note(name, "is required");
            }
            return of_nothing;
        };
        match serde_json::from_value(value) {
            Ok(valid) => Some(valid),
            Err(why) => {
                self.note(name, &value_error::sentence(&why.to_string()));
                None
            }
        }
    }

    fn note(&mut self, field: &str, detail: &str) {
        self.errors
            .push(FieldError { field: field.to_owned(), detail: detail.to_owned() });
    }
}

/// The source of a field that is not there: an `Option` becomes `None`, a `Patch` keeps.
struct Missing;

impl<'de> Deserializer<'de> for Missing {
    type Error = NoValue;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(serde::de::Error::custom("is required"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoValue> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NoValue> {
        if name == "Patch" { visitor.visit_unit() } else { self.deserialize_any(visitor) }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Reads a body.
///
/// # Errors
/// [`Error::NotJson`] when it is not a JSON object; [`Error::Invalid`] with every bad field.
pub fn parse<T: Request>(body: &[u8]) -> Result<T> {
    read(serde_json::from_slice(body).map_err(|error| not_json(&error))?)
}

/// Says where the syntax is wrong. Of what is JSON and no object, `serde` would repeat all.
fn not_json(error: &serde_json::Error) -> Error {
    let why = if error.is_data() { "it must be an object".to_owned() } else { error.to_string() };
    Error::NotJson { why }
}

/// Reads query parameters: texts by name.
///
/// # Errors
/// [`Error::Invalid`] with every bad parameter.
pub fn parameters<T: Request>(texts: &[(&str, &str)]) -> Result<T> {
    let mut by_name = Map::new();
    for (name, text) in texts {
        by_name.insert((*name).to_owned(), Value::from(*text));
    }
    read(by_name)
}

/// Both, or what is wrong with either.
///
/// # Errors
/// [`Error::Invalid`] with the bad fields of both.
pub fn both<A, B>(a: Result<A>, b: Result<B>) -> Result<(A, B)> {
    match (a, b) {
        (Err(Error::Invalid(mut errors)), Err(Error::Invalid(more))) => {
            errors.extend(more);
            Err(Error::Invalid(errors))
        }
        (a, b) => Ok((a?, b?)),
    }
}

fn read<T: Request>(left: Map<String, Value>) -> Result<T> {
    let mut fields = Fields { left, errors: Vec::new() };
    let value = T::read(&mut fields);
    let mut errors = fields.errors;
    for unknown in fields.left.keys().take(20) {
        let shortened: String = unknown.chars().take(100).collect();
        let detail = "is not a field of this request".to_owned();
        errors.push(FieldError { field: shortened, detail });
    }
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(Error::Invalid(errors)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Description, Patch, Title};

    struct NewAlbum {
        title: Title,
        description: Option<Description>,
        colour: Patch<Option<u8>>,
    }

    impl Request for NewAlbum {
        fn read(fields: &mut Fields) -> Option<Self> {
            let title = fields.take("title");
            let description = fields.take("description");
            let colour = fields.take("colour");
            Some(Self { title: title?, description: description?, colour: colour? })
        }
    }

    fn errors(body: &str) -> Vec<(String, String)> {
        match parse::<NewAlbum>(body.as_bytes()) {
            Err(Error::Invalid(errors)) => {
                errors.into_iter().map(|e| (e.field, e.detail)).collect()
            }
            other => panic!("expected bad fields, got {:?}", other.err()),
        }
    }

    #[test]
    fn every_bad_field_is_named() {
        let got = errors(r#"{"title": 7, "description": "a\u0000b", "size": "red"}"#);
        let want = [
            ("title", "must be a string, not a number"),
            ("description", "must not have control characters"),
            ("size", "is not a field of this request"),
        ];
        assert_eq!(got, want.map(|(f, d)| (f.to_owned(), d.to_owned())));
        assert_eq!(errors("{}"), [("title".to_owned(), "is required".to_owned())]);
    }

    #[test]
    fn a_body_that_is_no_object_is_not_json() {
        for body in ["", "[]", "null", "{", "\"title\"", "\u{feff}{}"] {
            assert!(
                matches!(parse::<NewAlbum>(body.as_bytes()), Err(Error::NotJson { .. })),
                "{body}"
            );
        }
        for body in ["\"a secret\"", "[\"a secret\"]", "{\"title\": a secret}", "\"a secret"] {
            let Err(Error::NotJson { why }) = parse::<NewAlbum>(body.as_bytes()) else {
                panic!("{body}")
            };
            assert!(!why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn what_may_be_left_out_may_be_null() {
        let album =
            parse::<NewAlbum>(br#"{"title": "Summer", "description": null}"#).expect("valid");
        assert_eq!((album.title.as_str(), album.description), ("Summer", None));
    }

    #[test]
    fn a_change_tells_what_stays_from_what_is_cleared() {
        let colour = |json: &str| {
            parse::<NewAlbum>(format!(r#"{{"title": "a"{json}}}"#).as_bytes())
                .map(|album| album.colour)
        };
        assert_eq!(colour("").ok(), Some(Patch::Keep));
        assert_eq!(colour(r#", "colour": null"#).ok(), Some(Patch::Set(None)));
        assert_eq!(colour(r#", "colour": 7"#).ok(), Some(Patch::Set(Some(7))));
        assert!(matches!(colour(r#", "colour": "x""#), Err(Error::Invalid(_))));
    }
}
