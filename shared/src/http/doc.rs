//! A route's part of the OpenAPI document, made of the types that it takes and answers.
//!
//! Nothing of this is in a function's binary, which never asks for it.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

/// Makes a type's schema.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A body and an example of it.
pub struct ExampleBody {
    /// Its schema.
    pub schema: SchemaOf,
    /// An example.
    pub example: Value,
}

/// A route's inputs and answers, beside what its [`super::Spec`] says.
pub struct Doc {
    /// One line.
    pub summary: &'static str,
    /// More, in Markdown; may be empty.
    pub about: &'static str,
    /// The type of its query parameters.
    pub query: Option<SchemaOf>,
    /// True if it is a list, with `limit` and `cursor`.
    pub paged: bool,
    /// The body it takes.
    pub body: Option<ExampleBody>,
    /// True if it may be called without that body.
    pub body_optional: bool,
    /// Its good answers, by status.
    pub answers: Vec<(u16, Option<ExampleBody>)>,
    /// The problems that are its own: the last part of their `type`.
    pub problems: &'static [&'static str],
}

impl Doc {
    /// A route that does this.
    pub fn new(summary: &'static str) -> Self {
        Self {
            summary,
            about: "",
            query: None,
            paged: false,
            body: None,
            body_optional: false,
            answers: Vec::new(),
            problems: &[],
        }
    }

    /// Says more.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Takes the query parameters of `T`.
    #[must_use]
    pub fn asks<T: JsonSchema>(self) -> Self {
        Self { query: Some(T::json_schema), ..self }
    }

    /// Is a list in pages.
    #[must_use]
    pub fn paged(self) -> Self {
        Self { paged: true, ..self }
    }

    /// Takes a body.
    #[must_use]
    pub fn takes<T: JsonSchema>(self, example: Value) -> Self {
        Self { body: Some(ExampleBody { schema: T::json_schema, example }), ..self }
    }

    /// Takes a body or none.
    #[must_use]
    pub fn may_take<T: JsonSchema>(self, example: Value) -> Self {
        Self { body_optional: true, ..self.takes::<T>(example) }
    }

    /// Answers with this status and a body.
    #[must_use]
    pub fn gives<T: JsonSchema>(mut self, status: u16, example: Value) -> Self {
        let schema = |generator: &mut SchemaGenerator| generator.subschema_for::<T>();
        self.answers
            .push((status, Some(ExampleBody { schema, example })));
        self
    }

    /// Answers with this status and no body.
    #[must_use]
    pub fn gives_nothing(mut self, status: u16) -> Self {
        self.answers.push((status, None));
        self
    }

    /// Has these problems beside those that every such route has.
    #[must_use]
    pub fn fails(self, problems: &'static [&'static str]) -> Self {
        Self { problems, ..self }
    }
}
