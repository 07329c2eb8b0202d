//! An Immich server as its API's document of version 3 describes it, in a thread of the test's own.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::service::serve;

pub const KEY: &str = "0nlyF0rTheTests";
pub const ME: &str = "6b2f1d0a-0000-4000-8000-000000000001";
/// The most pictures of a page, whatever is asked for: so that there are several.
const PAGE: usize = 2;

/// The things that the server has, and what it was asked for.
#[derive(Default)]
pub struct Library {
    pub version: [u32; 3],
    pub assets: Vec<Value>,
    pub originals: BTreeMap<String, Vec<u8>>,
    /// The albums, and the ids of what stands in them.
    pub albums: Vec<(Value, Vec<String>)>,
    /// The requests, in their order.
    pub log: Vec<String>,
}

type Shared = Arc<Mutex<Library>>;

pub struct ImmichServer {
    pub origin: String,
    library: Shared,
}

impl ImmichServer {
    pub fn new() -> Self {
        let library = Shared::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&library));
        let server = Self { origin: serve(router), library };
        server.library().version = [3, 2, 2];
        server
    }

    pub fn library(&self) -> MutexGuard<'_, Library> {
        self.library.lock().expect("the library")
    }

    /// Adds a picture with some fields of its own; returns its id.
    pub fn add(&self, name: &str, bytes: &[u8], fields: &Value) -> String {
        let mut library = self.library();
        let id = format!("6b2f1d0a-0000-4000-9000-{:012}", library.assets.len());
        let mut asset = json!({
            "id": id, "type": "IMAGE", "ownerId": ME, "originalFileName": name,
            "originalMimeType": "image/jpeg", "originalPath": format!("/data/library/{name}"),
            "checksum": STANDARD.encode(Sha1::digest(bytes)), "libraryId": null,
            "isFavorite": false, "isArchived": false, "isTrashed": false, "isOffline": false,
            "visibility": "timeline", "duration": null, "thumbhash": null, "hasMetadata": true,
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
            "fileCreatedAt": "2025-07-01T12:20:00.000Z",
            "fileModifiedAt": "2025-07-01T12:20:00.000Z",
            "localDateTime": "2025-07-01T14:20:00.000Z", "width": 4, "height": 3,
            "exifInfo": {
                "description": "", "fileSizeInByte": bytes.len(), "latitude": null,
                "longitude": null, "timeZone": "UTC+2", "dateTimeOriginal": null,
            },
        });
        for (field, value) in fields.as_object().expect("fields") {
            asset[field] = value.clone();
        }
        library.assets.push(asset);
        library.originals.insert(id.clone(), bytes.to_vec());
        id
    }

    /// Adds an album of a user's.
    pub fn add_album(&self, title: &str, owner: &str, assets: &[&str]) {
        let mut library = self.library();
        let id = format!("6b2f1d0a-0000-4000-a000-{:012}", library.albums.len());
        let album = json!({
            "id": id, "albumName": title, "description": "", "assetCount": assets.len(),
            "albumThumbnailAssetId": null, "shared": false, "hasSharedLink": false,
            "isActivityEnabled": true, "createdAt": "2026-01-01T00:00:00.000Z",
            "updatedAt": "2026-01-01T00:00:00.000Z",
            "albumUsers": [{"role": "owner", "user": {"id": owner, "name": "Ana"}}],
        });
        let assets = assets.iter().map(|&id| id.to_owned()).collect();
        library.albums.push((album, assets));
    }

    /// Returns the number of originals that were asked for.
    pub fn fetched(&self) -> usize {
        let library = self.library();
        let originals = library
            .log
            .iter()
            .filter(|route| route.ends_with("/original"));
        originals.count()
    }
}

fn refused(status: StatusCode, message: &str) -> Response {
    let body = json!({ "message": message, "statusCode": status.as_u16() });
    (status, Json(body)).into_response()
}

async fn answer(
    State(library): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let route = format!("{method} {}", uri.path());
    let mut library = library.lock().expect("the library");
    library.log.push(route.clone());
    let [major, minor, patch] = library.version;
    if route == "GET /api/server/version" {
        return Json(json!({ "major": major, "minor": minor, "patch": patch })).into_response();
    }
    if headers.get("x-api-key").is_none_or(|key| key != KEY) {
        return refused(StatusCode::UNAUTHORIZED, "Invalid API key");
    }
    match route.as_str() {
        "GET /api/users/me" => Json(json!({ "id": ME, "name": "Ana" })).into_response(),
        "GET /api/albums" => {
            let albums: Vec<&Value> = library.albums.iter().map(|(album, _)| album).collect();
            Json(json!(albums)).into_response()
        }
        "POST /api/search/metadata" => search(&library, &body),
        _ => original(&library, uri.path()),
    }
}

fn original(library: &Library, path: &str) -> Response {
    let id = path
        .trim_start_matches("/api/assets/")
        .trim_end_matches("/original");
    match library.originals.get(id) {
        Some(bytes) => bytes.clone().into_response(),
        None => refused(StatusCode::NOT_FOUND, "Not found or no asset.download access"),
    }
}

/// Answers with a page of the pictures that meet all conditions.
fn search(library: &Library, body: &[u8]) -> Response {
    let query: Value = serde_json::from_slice(body).expect("JSON");
    let mut found = library.assets.clone();
    if let Some(visibility) = query.get("visibility") {
        found.retain(|asset| asset["visibility"] == *visibility);
    }
    if let Some(albums) = query.get("albumIds").and_then(Value::as_array) {
        let standing = library
            .albums
            .iter()
            .filter(|(album, _)| albums.contains(&album["id"]));
        let ids: Vec<&String> = standing.flat_map(|(_, assets)| assets).collect();
        found.retain(|asset| ids.iter().any(|id| asset["id"] == ***id));
    }
    let page = usize::try_from(query["page"].as_u64().expect("a page")).expect("a few");
    let size = usize::try_from(query["size"].as_u64().expect("a size")).expect("a few");
    let size = size.min(PAGE);
    let rest = found.split_off(found.len().min((page - 1) * size));
    let next = (rest.len() > size).then(|| (page + 1).to_string());
    let mut items: Vec<Value> = rest.into_iter().take(size).collect();
    if query["withExif"] != true {
        for asset in &mut items {
            asset.as_object_mut().expect("fields").remove("exifInfo");
        }
    }
    let assets = json!({
        "items": items, "count": items.len(), "total": items.len(), "facets": [],
        "nextPage": next, "nextCursor": null,
    });
    let albums = json!({ "items": [], "count": 0, "total": 0, "facets": [] });
    Json(json!({ "assets": assets, "albums": albums })).into_response()
}
