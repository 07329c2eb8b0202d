//! The types against `docs/openapi.json`: each field that is read is there, and always there if
//! it is always read; each field that is sent is taken, and all that must be sent are.

use std::{fs, path::Path};

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use super::*;

fn document() -> Value {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(here.join("../docs/openapi.json")).expect("the document");
    serde_json::from_str(&text).expect("JSON")
}

/// Returns the schema that a request takes: the reference followed, if it is one.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document
            .pointer(reference.trim_start_matches('#'))
            .expect("the schema that is referred to"),
        None => schema,
    }
}

fn fields(schema: &Value) -> Vec<String> {
    let properties = schema["properties"].as_object().expect("an object");
    properties.keys().cloned().collect()
}

fn is_required(schema: &Value, field: &str) -> bool {
    match schema["required"].as_array() {
        Some(required) => required.iter().any(|name| name == field),
        None => false,
    }
}

/// Returns whether a field may be null: by its type, or as one of several schemas.
fn may_be_null(field: &Value) -> bool {
    let is_null = |value: &Value| value == "null" || value["type"] == "null";
    let of_type = field["type"].as_array();
    let of_any = field["anyOf"].as_array();
    [of_type, of_any]
        .into_iter()
        .flatten()
        .any(|alternatives| alternatives.iter().any(is_null))
}

/// Holds that every answer which the document allows can be read as this type.
fn reads<T: JsonSchema>(document: &Value, name: &str) {
    let ours = schema_for!(T).to_value();
    let theirs = &document["components"]["schemas"][name];
    for field in fields(&ours) {
        let promised = &theirs["properties"][&field];
        assert!(!promised.is_null(), "{name} has no field {field}");
        if is_required(&ours, &field) {
            assert!(is_required(theirs, &field), "{name}.{field} is not always there");
            assert!(!may_be_null(promised), "{name}.{field} may be null");
        }
    }
}

/// Holds that the document takes what this type sends.
fn sends<T: JsonSchema>(document: &Value, method: &str, path: &str) {
    let ours = schema_for!(T).to_value();
    let body = &document["paths"][path][method]["requestBody"]["content"]["application/json"];
    let theirs = resolved(document, &body["schema"]);
    let sent = fields(&ours);
    for field in &sent {
        assert!(!theirs["properties"][field].is_null(), "{method} {path} takes no field {field}");
    }
    for field in fields(theirs) {
        let must_be_sent = is_required(theirs, &field);
        assert!(
            !must_be_sent || is_required(&ours, &field),
            "{method} {path} must have the field {field}"
        );
    }
}

#[test]
fn every_answer_can_be_read() {
    let document = document();
    reads::<User>(&document, "User");
    reads::<BegunSession>(&document, "BegunSession");
    reads::<Me>(&document, "Me");
    reads::<Usage>(&document, "Usage");
    reads::<Quota>(&document, "Quota");
    reads::<Account>(&document, "Account");
    reads::<AccountWithUsage>(&document, "AccountWithUsage");
    reads::<AccountQuota>(&document, "AccountQuota");
    reads::<SentSignUpInvitation>(&document, "SentSignUpInvitation");
    reads::<Album>(&document, "AlbumInList");
    reads::<Album>(&document, "SharedAlbum");
    reads::<Photo>(&document, "Photo");
    reads::<Photo>(&document, "PhotoWithMedia");
    reads::<Failure>(&document, "Failure");
    reads::<Camera>(&document, "Camera");
    reads::<Place>(&document, "Place");
    reads::<Rendition>(&document, "Rendition");
    reads::<KnownPhotos>(&document, "KnownPhotos");
    reads::<KnownPhoto>(&document, "KnownPhoto");
    reads::<Announced>(&document, "Announced");
    reads::<UploadWhole>(&document, "SendingWhole");
    reads::<UploadInParts>(&document, "SendingInParts");
    reads::<UploadProgress>(&document, "UploadProgress");
    reads::<ArrivedPart>(&document, "ArrivedPart");
    reads::<PartUpload>(&document, "PartUpload");
    reads::<Share>(&document, "Share");
    reads::<ShareWithToken>(&document, "NewShare");
    reads::<Export>(&document, "ExportWithParts");
    reads::<ExportPart>(&document, "ExportPart");
    reads::<Statistics>(&document, "Statistics");
    reads::<MonthStatistics>(&document, "StatisticsMonth");
    reads::<Received>(&document, "StatisticsReceived");
    reads::<Problem>(&document, "Problem");
    reads::<FieldError>(&document, "FieldError");
}

#[test]
fn every_request_is_taken() {
    let document = document();
    sends::<NewUser<'_>>(&document, "post", "/v1/users");
    sends::<NewSession<'_>>(&document, "post", "/v1/sessions");
    sends::<NewAlbum<'_>>(&document, "post", "/v1/albums");
    sends::<AlbumUpdate<'_>>(&document, "patch", "/v1/albums/{album}");
    sends::<Announcement<'_>>(&document, "post", "/v1/albums/{album}/photos");
    sends::<PhotoUpdate>(&document, "patch", "/v1/photos/{photo}");
    sends::<NewShare<'_>>(&document, "post", "/v1/albums/{album}/shares");
}

/// Items of the trash and of the feed are of kinds: the document's own examples of them are read.
#[test]
fn examples_of_trash_and_changes_are_read() {
    let document = document();
    let example = |path: &str| {
        let answer = &document["paths"][path]["get"]["responses"]["200"];
        let content = &answer["content"]["application/json"];
        let example = &content["example"];
        assert!(!example.is_null(), "{path} has no example");
        example.clone()
    };
    let trash: Page<Trashed> = serde_json::from_value(example("/v1/trash")).expect("the trash");
    assert!(!trash.items.is_empty(), "found too little to check");
    let changes: Changes = serde_json::from_value(example("/v1/changes")).expect("changes");
    assert!(!changes.items.is_empty(), "found too little to check");
}
