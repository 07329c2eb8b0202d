//! Parameters of the OpenAPI document: of paths, of queries, of headers.

use serde_json::{Value, json};
use shared::domain::{
    AlbumId, CommentId, Cursor, Limit, PhotoId, SessionId, ShareId, Tag, UploadId, UserId, example,
};

use super::Schemas;
use crate::routes::RouteEntry;

/// Returns the `{parameters}` of a path.
pub fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// Returns the parameters of a route.
pub(super) fn parameters(route: &RouteEntry, schemas: &mut Schemas) -> Vec<Value> {
    let mut all = Vec::new();
    for name in path_parameters(route.spec.path) {
        let (schema, example) = path_parameter(name, schemas);
        all.push(json!({
            "name": name, "in": "path", "required": true, "schema": schema, "example": example,
        }));
    }
    all.extend(query_parameters(route, schemas));
    if route.doc.paged {
        let mut limit = schemas.of::<Limit>();
        limit["default"] = json!(100);
        all.push(query_parameter("limit", limit));
        all.push(query_parameter("cursor", schemas.of::<Cursor>()));
    }
    if route.spec.method == "POST" {
        let about = "Repeated with the same key within 24 hours, the request happens once.";
        all.push(header("Idempotency-Key", about));
    }
    if route.spec.if_match {
        let about = "The `ETag` that was seen; 412 when it has changed since.";
        all.push(header("If-Match", about));
    }
    all
}

/// Returns the parameters of a route's own in the query.
fn query_parameters(route: &RouteEntry, schemas: &mut Schemas) -> Vec<Value> {
    let Some(schema_of_query) = route.doc.query else { return Vec::new() };
    let query = schema_of_query(&mut schemas.bodies).to_value();
    let Some(properties) = query["properties"].as_object() else { return Vec::new() };
    let mut all = Vec::new();
    for (name, schema) in properties {
        let mut parameter = query_parameter(name, schema.clone());
        if is_required(&query, name) {
            parameter["required"] = json!(true);
        }
        all.push(parameter);
    }
    all
}

/// Returns true if a schema says that it takes the property of this name.
fn is_required(schema: &Value, name: &str) -> bool {
    match schema["required"].as_array() {
        Some(required) => required.contains(&json!(name)),
        None => false,
    }
}

fn query_parameter(name: &str, mut schema: Value) -> Value {
    let description = schema
        .as_object_mut()
        .and_then(|members| members.remove("description"));
    // A parameter is left out, never null.
    if let Some(kinds) = schema["type"].as_array() {
        let kind = kinds.iter().find(|kind| *kind != "null");
        schema["type"] = kind.cloned().unwrap_or_default();
    }
    let mut parameter = json!({"name": name, "in": "query", "schema": schema});
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
}

fn header(name: &str, description: &str) -> Value {
    let schema = json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"});
    json!({"name": name, "in": "header", "description": description, "schema": schema})
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
