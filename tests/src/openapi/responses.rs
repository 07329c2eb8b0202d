//! Responses of the OpenAPI document: what a route answers, and the problems that it may have.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use shared::http::{Access, ProblemKind, doc::ExampleBody};

use super::{Schemas, path_parameters};
use crate::routes::RouteEntry;

/// Returns the responses of a route, by status.
pub(super) fn responses(route: &RouteEntry, schemas: &mut Schemas) -> Map<String, Value> {
    let mut responses = Map::new();
    for (status, body) in &route.doc.answers {
        let mut response = json!({"description": phrase(*status)});
        if let Some(ExampleBody { schema, example }) = body {
            let content =
                json!({"schema": schema(&mut schemas.answers).to_value(), "example": example});
            response["content"] = json!({"application/json": content});
        }
        let headers = headers(route, *status);
        if !headers.is_empty() {
            response["headers"] = Value::Object(headers);
        }
        responses.insert(status.to_string(), response);
    }
    if route.spec.method == "GET" && responses.contains_key("200") {
        let unchanged = json!({"description": "Not changed: `If-None-Match` has its `ETag`"});
        responses.insert("304".to_owned(), unchanged);
    }
    for (status, kinds) in problems(route) {
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

fn headers(route: &RouteEntry, status: u16) -> Map<String, Value> {
    let mut headers = Map::new();
    let mut header = |name: &str, description: &str| {
        headers.insert(
            name.to_owned(),
            json!({"description": description, "schema": {"type": "string"}}),
        );
    };
    if route.spec.method == "GET" && status == 200 {
        header("ETag", "What `If-None-Match` takes, and `If-Match` of changes.");
    }
    if matches!(status, 201 | 302) {
        header("Location", "Where it is.");
    }
    if route.spec.policy.is_some() {
        header("RateLimit-Policy", "The limits that the request counts against.");
        header("RateLimit", "What is left of them.");
    }
    headers
}

/// The problems a route may have: those that all of its kind have, and its own.
fn problems(route: &RouteEntry) -> BTreeMap<u16, Vec<ProblemKind>> {
    let spec = &route.spec;
    let doc = &route.doc;
    let mut names = BTreeSet::from(["internal", "unavailable"]);
    if spec.access.takes_session() {
        names.extend(["not-signed-in", "two-credentials", "missing-scope"]);
    }
    if spec.access == Access::Administrator {
        names.insert("not-an-administrator");
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
        let Some(kind) = ProblemKind::ALL.iter().find(|kind| kind.name == name) else {
            panic!("{} says that it fails with {name}, which is no problem", route.name)
        };
        all.entry(kind.status).or_default().push(*kind);
    }
    all
}

fn problem(kinds: &[ProblemKind]) -> Value {
    let mut examples = Map::new();
    let mut titles = Vec::new();
    for kind in kinds {
        examples.insert(kind.name.to_owned(), json!({"value": example_of(kind)}));
        titles.push(format!("{} (`{}`)", kind.title, kind.uri()));
    }
    let schema = json!({"$ref": "#/components/schemas/Problem"});
    json!({
        "description": titles.join("; "),
        "content": {"application/problem+json": {"schema": schema, "examples": examples}},
    })
}

fn example_of(kind: &ProblemKind) -> Value {
    let mut example = json!({
        "type": kind.uri(),
        "title": kind.title,
        "status": kind.status,
        "request_id": "UkVRVUVTVC1JRA==",
    });
    if kind.name == "invalid" {
        example["detail"] = json!("title must have 1 to 200 characters.");
        example["errors"] = json!([{"field": "title", "detail": "must have 1 to 200 characters"}]);
    }
    example
}
