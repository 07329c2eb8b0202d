//! A service that answers as the real one does, in a thread of the test's own.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    thread,
};

use assert_cmd::Command;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const PASSWORD: &str = "a quiet orange lighthouse";
/// The address of somebody whose second factor is on.
pub const CAREFUL: &str = "careful@example.org";
/// The code that the service takes.
pub const CODE: &str = "287082";
pub const TOKEN: &str = "albumen_c2VjcmV0";
pub const SESSION: &str = "session_01jd2w8h7kf3y9b6c5xq4m0ntz";
pub const ALBUM: &str = "album_01jd2w8h7kf3y9b6c5xq4m0ntz";
pub const PHOTO: &str = "photo_01jd2w8h7kf3y9b6c5xq4m0ntz";

/// The things that the service has, and those that it was sent.
#[derive(Default)]
pub struct Contents {
    /// The requests, in their order.
    pub log: Vec<String>,
    /// The bodies of those that had JSON.
    pub bodies: Vec<(String, Value)>,
    /// The titles of albums that were made.
    pub made: Vec<String>,
    /// The sums of the bytes that it knows to have arrived.
    pub arrived: Vec<String>,
    /// The feed of changes, from its beginning.
    pub feed: Vec<Value>,
    /// The bytes of originals, by the ids of their photos.
    pub originals: BTreeMap<String, Vec<u8>>,
}

type Shared = Arc<Mutex<Contents>>;

/// A service in a thread of its own, and a folder for one user of the program.
pub struct Setting {
    pub origin: String,
    pub home: tempfile::TempDir,
    contents: Shared,
}

impl Setting {
    pub fn new() -> Self {
        let contents = Shared::default();
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&contents));
        let origin = serve(router);
        let home = tempfile::tempdir().expect("a folder");
        Self { origin, home, contents }
    }

    pub fn albumen(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("albumen").expect("the program");
        command
            .args(arguments)
            .env("ALBUMEN_HOME", self.home.path())
            .env_remove("http_proxy");
        command
    }

    pub fn log_in(&self) {
        self.albumen(&["login", &self.origin, "--email", "ana@example.org", "--stdin"])
            .args(["--keep-in", "file"])
            .write_stdin(format!("{PASSWORD}\n"))
            .assert()
            .success();
    }

    pub fn requests(&self) -> Vec<String> {
        self.contents().log.clone()
    }

    pub fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().expect("the contents")
    }
}

/// Serves in a thread, until the process ends; returns the origin.
pub fn serve(router: Router) -> String {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let address = listener.local_addr().expect("an address");
            tell.send(address).expect("a test");
            axum::serve(listener, router).await.expect("a service");
        });
    });
    format!("http://{}", told.recv().expect("an address"))
}

fn problem(status: StatusCode, name: &str, title: &str) -> Response {
    let problem = json!({
        "type": format!("/problems/{name}"), "title": title, "status": status.as_u16(),
        "request_id": "1",
    });
    (status, Json(problem)).into_response()
}

pub fn album(id: &str, title: &str) -> Value {
    json!({
        "id": id, "title": title, "description": "", "photo_count": 3, "cover": null,
        "owner": "user_01jd2w8h7kf3y9b6c5xq4m0ntz", "role": "owner", "version": 1,
        "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-01T00:00:00Z",
    })
}

/// A photo of these bytes, ready to be looked at.
pub fn photo(bytes: &[u8]) -> Value {
    json!({
        "id": PHOTO, "name": "a.jpg", "bytes": bytes.len(), "content_type": "image/jpeg",
        "sha256": hex::encode(Sha256::digest(bytes)), "status": "ready", "error": null,
        "width": 4, "height": 3, "taken_at": "2026-11-01T00:00:00Z", "taken_offset": null,
        "caption": "", "camera": null, "place": null, "tags": [], "favourites": 0,
        "renditions": [], "deleted_at": null, "version": 1,
    })
}

async fn answer(
    State(contents): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let route = format!("{method} {}", uri.path());
    let mut contents = contents.lock().expect("the contents");
    contents.log.push(route.clone());
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if !body.is_null() {
        contents.bodies.push((route.clone(), body.clone()));
    }
    if route == "POST /v1/sessions" {
        if body["password"] != PASSWORD {
            return problem(StatusCode::UNAUTHORIZED, "wrong-credentials", "No such account");
        }
        if body["email"] == CAREFUL && body["code"].is_null() {
            return problem(StatusCode::UNAUTHORIZED, "second-factor-needed", "It takes a code");
        }
        if body["email"] == CAREFUL && body["code"] != CODE {
            return problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "code is not right");
        }
        let session = json!({
            "id": SESSION, "token": TOKEN, "expires_at": "2026-12-28T00:00:00Z",
        });
        return (StatusCode::CREATED, Json(session)).into_response();
    }
    if let Some(photo) = uri.path().strip_prefix("/bucket/") {
        if method == Method::PUT {
            return StatusCode::OK.into_response();
        }
        return contents.originals[photo].clone().into_response();
    }
    let authorised = headers.get("authorization");
    if authorised.is_none_or(|value| value.as_bytes() != format!("Bearer {TOKEN}").as_bytes()) {
        return problem(StatusCode::UNAUTHORIZED, "not-signed-in", "Sign in first");
    }
    match uri.path() {
        "/v1/changes" => changes(&contents, uri.query().unwrap_or_default()),
        path if path.ends_with("/original") => {
            let photo = path
                .trim_start_matches("/v1/photos/")
                .trim_end_matches("/original");
            (StatusCode::SEE_OTHER, [(LOCATION, in_bucket(&headers, photo))]).into_response()
        }
        path if method == Method::POST && path.ends_with("/photos") => {
            announced(&body, &in_bucket(&headers, PHOTO))
        }
        _ => signed_in(&mut contents, &route, &body),
    }
}

/// The address of an object.
fn in_bucket(headers: &HeaderMap, key: &str) -> String {
    let host = headers["host"].to_str().expect("a text");
    format!("http://{host}/bucket/{key}")
}

/// Answers an announcement as long as nothing is known to have arrived.
fn announced(body: &Value, url: &str) -> Response {
    let mut photo = photo(&[]);
    photo["status"] = "pending".into();
    photo["sha256"] = body["sha256"].clone();
    let upload = json!({
        "kind": "whole", "method": "PUT", "url": url, "headers": {},
        "expires_at": "2026-11-01T00:00:00Z",
    });
    (StatusCode::CREATED, Json(json!({"photo": photo, "upload": upload}))).into_response()
}

/// Answers with all that the feed has behind the cursor, which is a number.
fn changes(contents: &Contents, query: &str) -> Response {
    let cursor = query
        .split('&')
        .find_map(|field| field.strip_prefix("cursor="));
    let after: usize = cursor.map_or(0, |cursor| cursor.parse().expect("a number"));
    let items = &contents.feed[after..];
    let next = contents.feed.len().to_string();
    Json(json!({"items": items, "next": next, "more": false})).into_response()
}

/// Returns the id of the album that was made so many albums after the first.
pub fn id_of_made(number: usize) -> String {
    format!("album_01jd2w8h7kf3y9b6c5xq4m0nt{}", 3 + number)
}

/// Answers with those of the sums that it knows to have arrived.
fn check(contents: &Contents, body: &Value) -> Response {
    let mut found = Vec::new();
    for sha256 in &contents.arrived {
        if body["sha256"]
            .as_array()
            .expect("sums")
            .contains(&json!(sha256))
        {
            found.push(json!({
                "sha256": sha256, "photo": PHOTO, "status": "ready", "deleted_at": null,
            }));
        }
    }
    Json(json!({ "found": found })).into_response()
}

/// The photo, with the caption of its announcement.
fn described(contents: &Contents) -> Value {
    let mut photo = photo(&[]);
    let mut captions = contents.bodies.iter().map(|(_, body)| &body["caption"]);
    if let Some(caption) = captions.find(|caption| caption.is_string()) {
        photo["caption"] = caption.clone();
    }
    photo
}

fn signed_in(contents: &mut Contents, route: &str, body: &Value) -> Response {
    match route {
        "GET /v1/me" => Json(json!({
            "id": "user_01jd2w8h7kf3y9b6c5xq4m0ntz", "name": "Ana", "email": "ana@example.org",
            "session": SESSION, "scopes": ["read", "write"],
            "usage": {"photos": 3, "bytes": 3_250_000}, "quota": {"bytes": 100_000_000_000_u64},
        }))
        .into_response(),
        "GET /v1/albums" => {
            let mut albums = vec![
                album(ALBUM, "Sum\u{1b}[2Jmer"),
                album("album_01jd2w8h7kf3y9b6c5xq4m0nt1", "Twin"),
                album("album_01jd2w8h7kf3y9b6c5xq4m0nt2", "Twin"),
            ];
            for (number, title) in contents.made.iter().enumerate() {
                albums.push(album(&id_of_made(number), title));
            }
            Json(json!({"items": albums, "next": null})).into_response()
        }
        "GET /v1/albums/shared-with-me" => Json(json!({"items": [], "next": null})).into_response(),
        "POST /v1/albums" if body["title"] == "" => {
            problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Some fields are not valid")
        }
        "POST /v1/albums" => {
            let title = body["title"].as_str().expect("a title");
            let id = id_of_made(contents.made.len());
            contents.made.push(title.to_owned());
            (StatusCode::CREATED, Json(album(&id, title))).into_response()
        }
        _ if route.ends_with("/shares") => {
            let share = json!({
                "id": "share_01jd2w8h7kf3y9b6c5xq4m0ntz", "album": ALBUM, "name": "",
                "has_password": false, "allow_original": false, "show_location": false,
                "allow_upload": false, "expires_at": null, "created_at": "2026-11-01T00:00:00Z",
                "token": TOKEN, "path": format!("/v1/shared/{TOKEN}"),
                "url": format!("https://albumen.example/s/{TOKEN}"),
            });
            (StatusCode::CREATED, Json(share)).into_response()
        }
        "POST /v1/photos/check" => check(contents, body),
        _ if route.starts_with("GET /v1/photos/") => Json(described(contents)).into_response(),
        _ if route.starts_with("PUT ") || route.starts_with("PATCH ") => {
            Json(photo(&[])).into_response()
        }
        _ if route.starts_with("DELETE ") => StatusCode::NO_CONTENT.into_response(),
        _ => problem(StatusCode::NOT_FOUND, "not-found", "No such thing"),
    }
}

/// Runs a command that must succeed; returns what it printed.
pub fn stdout(command: &mut Command) -> String {
    let output = command.assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("a text")
}
