//! The OpenAPI 3.1 document, made of what every route says of itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{
    JsonSchema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};
use shared::{
    domain::{
        AlbumId, CommentId, Cursor, Limit, PhotoId, SessionId, ShareId, Tag, UploadId, UserId,
        example,
    },
    http::{Access, Problem, ProblemKind, doc::ExampleBody},
};

use crate::{
    descriptions::join_lines,
    links::link,
    routes::{Door, every_route},
    unions::spell_out,
};

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for door in every_route() {
        let method = door.spec.method.as_str().to_lowercase();
        paths
            .entry(door.spec.path.to_owned())
            .or_default()
            .insert(method, operation(&door, &mut schemas));
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

fn operation(door: &Door, schemas: &mut Schemas) -> Value {
    let (spec, doc) = (&door.spec, &door.doc);
    let (first, rest) = door.name.split_at(1);
    let mut operation = json!({
        "operationId": format!("{}{rest}", first.to_lowercase()),
        "tags": [door.resource],
        "summary": doc.summary,
        "parameters": parameters(door, schemas),
        "responses": responses(door, schemas),
        "security": match spec.access {
            Access::Anyone => json!([]),
            Access::SignedIn => json!([{"token": []}, {"cookie": []}]),
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
    if spec.access == Access::SignedIn {
        operation["x-scope"] = json!(spec.scope.word());
    }
    operation
}

/// The `{parameters}` of a path.
pub fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn parameters(door: &Door, schemas: &mut Schemas) -> Vec<Value> {
    let (spec, doc) = (&door.spec, &door.doc);
    let mut all: Vec<_> = path_parameters(spec.path)
        .map(|name| {
            let (schema, example) = path_parameter(name, schemas);
            json!({"name": name, "in": "path", "required": true, "schema": schema, "example": example})
        })
        .collect();
    if let Some(query) = doc.query {
        let schema = query(&mut schemas.bodies).to_value();
        let required = schema["required"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let mut parameter = query_parameter(name, schema.clone());
            if required.contains(&json!(name)) {
                parameter["required"] = json!(true);
            }
            all.push(parameter);
        }
    }
    if doc.paged {
        all.push(query_parameter("limit", with_default(schemas.of::<Limit>(), 100)));
        all.push(query_parameter("cursor", schemas.of::<Cursor>()));
    }
    let mut header = |name: &str, description: &str| {
        let schema =
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"});
        all.push(
            json!({"name": name, "in": "header", "description": description, "schema": schema}),
        );
    };
    if spec.method == "POST" {
        header(
            "Idempotency-Key",
            "Repeated with the same key within 24 hours, the request happens once.",
        );
    }
    if spec.if_match {
        header("If-Match", "The `ETag` that was seen; 412 when it has changed since.");
    }
    all
}

fn with_default(mut schema: Value, default: u16) -> Value {
    schema["default"] = json!(default);
    schema
}

fn query_parameter(name: &str, mut schema: Value) -> Value {
    let description = schema
        .as_object_mut()
        .and_then(|schema| schema.remove("description"));
    // A parameter is left out, never null.
    if let Some(kinds) = schema["type"].as_array() {
        schema["type"] = kinds
            .iter()
            .find(|kind| *kind != "null")
            .cloned()
            .unwrap_or_default();
    }
    let mut parameter = json!({"name": name, "in": "query", "schema": schema});
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
}

/// Returns the parameter of a path, and an example of it; 404 for the rest.
fn path_parameter(name: &str, schemas: &mut Schemas) -> (Value, Value) {
    let text = |most: u16| json!({"type": "string", "minLength": 1, "maxLength": most});
    match name {
        "album" => (schemas.of::<AlbumId>(), json!(example::ALBUM)),
        "photo" => (schemas.of::<PhotoId>(), json!(example::PHOTO)),
        "upload" => (schemas.of::<UploadId>(), json!(example::UPLOAD)),
        "session" => (schemas.of::<SessionId>(), json!(example::SESSION)),
        "user" => (schemas.of::<UserId>(), json!(example::USER)),
        "comment" => (schemas.of::<CommentId>(), json!("comment_01kayzhqsxf5gb81ztk6wpnd5r")),
        "share" => (schemas.of::<ShareId>(), json!("share_01kayzf3n8f5g9m0e7q4v2x8cz")),
        "month" => (
            json!({"type": "string", "pattern": "^[1-9][0-9]{3}-(0[1-9]|1[0-2])$"}),
            json!("2026-07"),
        ),
        "tag" => (schemas.of::<Tag>(), json!("lake")),
        "token" => (text(200), json!("albumen_Zm9v…")),
        _ => (text(200), json!("text")),
    }
}

fn responses(door: &Door, schemas: &mut Schemas) -> Map<String, Value> {
    let mut responses = Map::new();
    for (status, body) in &door.doc.answers {
        let mut response = json!({"description": phrase(*status)});
        if let Some(ExampleBody { schema, example }) = body {
            let content =
                json!({"schema": schema(&mut schemas.answers).to_value(), "example": example});
            response["content"] = json!({"application/json": content});
        }
        let headers = headers(door, *status);
        if !headers.is_empty() {
            response["headers"] = Value::Object(headers);
        }
        responses.insert(status.to_string(), response);
    }
    if door.spec.method == "GET" && door.doc.answers.iter().any(|(status, _)| *status == 200) {
        responses.insert(
            "304".to_owned(),
            json!({"description": "Not changed: `If-None-Match` has its `ETag`"}),
        );
    }
    for (status, kinds) in problems(door) {
        responses.insert(status.to_string(), problem(&kinds));
    }
    responses
}

fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Made",
        202 => "Taken; it goes on by itself",
        204 => "Done",
        302 => "Leads to the bytes",
        _ => "Answer",
    }
}

fn headers(door: &Door, status: u16) -> Map<String, Value> {
    let mut headers = Map::new();
    let mut header = |name: &str, description: &str| {
        headers.insert(
            name.to_owned(),
            json!({"description": description, "schema": {"type": "string"}}),
        );
    };
    if door.spec.method == "GET" && status == 200 {
        header("ETag", "What `If-None-Match` takes, and `If-Match` of changes.");
    }
    if matches!(status, 201 | 302) {
        header("Location", "Where it is.");
    }
    if door.spec.policy.is_some() {
        header("RateLimit-Policy", "The limits that the request counts against.");
        header("RateLimit", "What is left of them.");
    }
    headers
}

/// The problems a route may have: those that all of its kind have, and its own.
fn problems(door: &Door) -> BTreeMap<u16, Vec<ProblemKind>> {
    let (spec, doc) = (&door.spec, &door.doc);
    let mut names = BTreeSet::from(["internal", "unavailable"]);
    if spec.access == Access::SignedIn {
        names.extend(["not-signed-in", "two-credentials", "missing-scope"]);
    }
    if spec.method != "GET" {
        names.extend(["cross-site", "too-many"]);
    }
    if doc.body.is_some() {
        names.extend(["not-json", "invalid"]);
    }
    if doc.paged || doc.query.is_some() {
        names.insert("invalid");
    }
    if doc.paged {
        names.insert("answer-too-long");
    }
    if path_parameters(spec.path).next().is_some() {
        names.insert("not-found");
    }
    if spec.method == "POST" {
        names.extend(["in-flight", "key-reused", "invalid"]);
    }
    if spec.if_match {
        names.insert("changed");
    }
    names.extend(doc.problems);
    let mut all: BTreeMap<u16, Vec<ProblemKind>> = BTreeMap::new();
    for name in names {
        let kind = ProblemKind::ALL.iter().find(|kind| kind.name == name);
        let kind = kind.unwrap_or_else(|| {
            panic!("{} says that it fails with {name}, which is no problem", door.name)
        });
        all.entry(kind.status).or_default().push(*kind);
    }
    all
}

fn problem(kinds: &[ProblemKind]) -> Value {
    let examples: Map<_, _> = kinds
        .iter()
        .map(|kind| {
            let mut value = json!({
                "type": kind.uri(), "title": kind.title, "status": kind.status, "request_id": "UkVRVUVTVC1JRA==",
            });
            if kind.name == "invalid" {
                value["detail"] = json!("title must have 1 to 200 characters.");
                value["errors"] = json!([{"field": "title", "detail": "must have 1 to 200 characters"}]);
            }
            (kind.name.to_owned(), json!({"value": value}))
        })
        .collect();
    let titles: Vec<_> = kinds
        .iter()
        .map(|kind| format!("{} (`{}`)", kind.title, kind.uri()))
        .collect();
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    json!({
        "description": titles.join("; "),
        "content": {"application/problem+json": {"schema": schema, "examples": examples}},
    })
}
