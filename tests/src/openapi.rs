//! The OpenAPI 3.1 document, made of what every route says of itself.

mod parameters;
mod responses;

use std::collections::BTreeMap;

use schemars::{
    JsonSchema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};
use shared::http::{Access, Problem, doc::ExampleBody};

use parameters::parameters;
pub use parameters::path_parameters;
use responses::responses;

use crate::{
    descriptions::join_lines,
    links::link,
    routes::{RouteEntry, every_route},
    unions::spell_out,
};

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in every_route() {
        let method = route.spec.method.as_str().to_lowercase();
        paths
            .entry(route.spec.path.to_owned())
            .or_default()
            .insert(method, operation(&route, &mut schemas));
    }
    schemas.answers.subschema_for::<Problem>();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Albumen", "version": "1",
            "summary": "A photo album that your team owns",
            "description": include_str!("openapi.md"),
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.answers.take_definitions(true),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A session's token."},
                "cookie": {"type": "apiKey", "in": "cookie", "name": shared::http::COOKIE},
            },
        },
    });
    join_lines(&mut document["paths"]);
    join_lines(&mut document["components"]);
    spell_out(&mut document);
    link(&mut document);
    document
}

/// Answers are described as they are written, bodies as they are read.
struct Schemas {
    answers: SchemaGenerator,
    bodies: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let answers = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.contract = Contract::Serialize;
        });
        let bodies = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
            settings.contract = Contract::Deserialize;
        });
        Self { answers: answers.into_generator(), bodies: bodies.into_generator() }
    }

    fn of<T: JsonSchema>(&mut self) -> Value {
        T::json_schema(&mut self.bodies).to_value()
    }
}

fn operation(route: &RouteEntry, schemas: &mut Schemas) -> Value {
    let spec = &route.spec;
    let doc = &route.doc;
    let (first, rest) = route.name.split_at(1);
    let mut operation = json!({
        "operationId": format!("{}{rest}", first.to_lowercase()),
        "tags": [route.resource],
        "summary": doc.summary,
        "parameters": parameters(route, schemas),
        "responses": responses(route, schemas),
        "security": match spec.access {
            Access::Anyone => json!([]),
            Access::SignedIn | Access::Administrator => json!([{"token": []}, {"cookie": []}]),
        },
    });
    if !doc.about.is_empty() {
        operation["description"] = json!(doc.about);
    }
    if let Some(ExampleBody { schema, example }) = &doc.body {
        let content = json!({"schema": schema(&mut schemas.bodies).to_value(), "example": example});
        operation["requestBody"] =
            json!({"required": !doc.body_optional, "content": {"application/json": content}});
    }
    if spec.access.takes_session() {
        operation["x-scope"] = json!(spec.scope.word());
    }
    operation
}
