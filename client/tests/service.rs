//! The client against a service that answers as the real one may, and worse.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{CONTENT_RANGE, LOCATION, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use client::{
    AlbumId, Client, Error, Patience, Progress, Token,
    types::{Announcement, NewAlbum},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ALBUM: &str = "album_01jd2w8h7kf3y9b6c5xq4m0ntz";

/// A request that the service has got.
#[derive(Clone, Debug)]
struct Got {
    method: Method,
    path: String,
    key: Option<String>,
    is_authorised: bool,
    range: Option<String>,
    body: Bytes,
}

type Log = Arc<Mutex<Vec<Got>>>;
type Answer = Arc<dyn Fn(usize, &Got) -> Response + Send + Sync>;

/// A service of a test's own: it answers by the number of the request, from 0.
struct Service {
    origin: String,
    log: Log,
}

impl Service {
    async fn start(answer: impl Fn(usize, &Got, &str) -> Response + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let origin = format!("http://{address}");
        let log = Log::default();
        let of_answers = origin.clone();
        let answer: Answer = Arc::new(move |number, got| answer(number, got, &of_answers));
        let router = Router::new()
            .fallback(handle)
            .with_state((Arc::clone(&log), answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, log }
    }

    fn client(&self) -> Client {
        Client::new(&self.origin)
            .expect("a client")
            .with_token(Token::new("secret"))
    }

    fn got(&self) -> Vec<Got> {
        self.log.lock().expect("the log").clone()
    }
}

async fn handle(
    State((log, answer)): State<(Log, Answer)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = |name: &str| {
        let value = headers.get(name)?;
        Some(value.to_str().expect("a text").to_owned())
    };
    let got = Got {
        method,
        path: uri.to_string(),
        key: text("idempotency-key"),
        is_authorised: headers.contains_key("authorization"),
        range: text("range"),
        body,
    };
    let number = {
        let mut log = log.lock().expect("the log");
        log.push(got.clone());
        log.len() - 1
    };
    answer(number, &got)
}

fn album() -> Value {
    json!({
        "id": ALBUM, "title": "Summer", "description": "", "photo_count": 0,
        "owner": "user_01jd2w8h7kf3y9b6c5xq4m0ntz", "role": "owner", "cover": null,
        "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-01T00:00:00Z", "version": 1,
        "a_field_of_a_newer_service": true,
    })
}

fn photo(status: &str) -> Value {
    json!({
        "id": "photo_01jd2w8h7kf3y9b6c5xq4m0ntz", "name": "a.jpg", "bytes": 20,
        "content_type": "image/jpeg", "sha256": "00", "status": status, "error": null,
        "width": null, "height": null, "taken_at": "2026-11-01T00:00:00Z", "taken_offset": null,
        "caption": "", "camera": null, "place": null, "tags": [], "favourites": 0,
        "renditions": [], "deleted_at": null, "version": 1,
    })
}

fn announcement(size: u64) -> Announcement<'static> {
    Announcement {
        name: "a.jpg",
        size,
        content_type: "image/jpeg",
        sha256: "00",
        caption: None,
        taken_at: None,
        multipart: None,
    }
}

#[tokio::test]
async fn a_service_that_asks_to_wait_is_asked_again_under_the_same_key() {
    let service = Service::start(|number, _, _| match number {
        0 => (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "0")]).into_response(),
        1 => (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        2 => StatusCode::BAD_GATEWAY.into_response(),
        _ => (StatusCode::CREATED, Json(album())).into_response(),
    })
    .await;
    let started = std::time::Instant::now();
    let client = service.client();
    let new = NewAlbum { title: "Summer", description: None };
    let made = client.create_album(&new).await.expect("an album");
    assert_eq!(made.id.as_str(), ALBUM);
    assert!(started.elapsed() >= Duration::from_secs(1), "it asked for a second");
    let got = service.got();
    assert_eq!((got.len(), client.requests()), (4, 4));
    assert!(got[0].key.is_some());
    assert!(got.iter().all(|request| request.key == got[0].key), "{got:?}");
    client.create_album(&new).await.expect("another album");
    assert_ne!(service.got()[4].key, got[0].key, "another write has another key");
}

#[tokio::test]
async fn a_problem_is_an_error_with_its_name_and_words() {
    let service = Service::start(|_, _, _| {
        let problem = json!({
            "type": "/problems/not-found", "title": "No such album", "status": 404,
            "request_id": "1",
        });
        (StatusCode::NOT_FOUND, Json(problem)).into_response()
    })
    .await;
    let error = service.client().me().await.expect_err("a problem");
    assert_eq!(error.problem(), Some("not-found"));
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.to_string(), "No such album");
    assert_eq!(service.got().len(), 1, "a refusal is not tried again");
}

#[tokio::test]
async fn a_service_that_is_away_is_told_after_a_while_and_without_the_address() {
    let client = Client::new("http://127.0.0.1:1")
        .expect("a client")
        .with_patience(Patience::none());
    let error = client.me().await.expect_err("nobody there");
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .starts_with("the service cannot be reached"),
        "{error}"
    );
}

/// Answers as the service does for an upload in one request.
fn answer_of_whole(got: &Got, origin: &str) -> Response {
    if got.path == "/bucket/key" {
        return StatusCode::OK.into_response();
    }
    let upload = json!({
        "kind": "whole", "method": "PUT", "url": format!("{origin}/bucket/key"),
        "headers": {"content-length": "20", "content-type": "image/jpeg"},
        "expires_at": "2026-11-01T00:00:00Z",
    });
    Json(json!({"photo": photo("pending"), "upload": upload})).into_response()
}

#[tokio::test]
async fn a_file_goes_to_its_link_without_the_token() {
    let service = Service::start(|_, got, origin| answer_of_whole(got, origin)).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), [7; 20]).expect("bytes");
    let album: AlbumId = ALBUM.parse().expect("an id");
    let progress = Progress::default();
    let transfer = service
        .client()
        .upload(&album, file.path(), &announcement(20), &progress)
        .await
        .expect("sent");
    assert!(transfer.was_sent);
    assert_eq!(progress.bytes(), 20);
    let got = service.got();
    assert_eq!(got[1].method, Method::PUT);
    assert_eq!(got[1].body, vec![7; 20]);
    assert!(got[0].is_authorised && !got[1].is_authorised);
}

/// Answers as the service does for an upload in three parts, of which the second has arrived.
fn answer_of_parts(got: &Got, origin: &str) -> Response {
    let upload = "upload_01jd2w8h7kf3y9b6c5xq4m0ntz";
    if got.path.starts_with("/bucket") {
        return StatusCode::OK.into_response();
    }
    if got.path.ends_with("/parts") {
        let body: Value = serde_json::from_slice(&got.body).expect("JSON");
        let mut parts = Vec::new();
        for part in body["parts"].as_array().expect("parts") {
            let number = &part["number"];
            parts.push(json!({
                "number": number, "size": 8, "method": "PUT", "headers": {},
                "url": format!("{origin}/bucket/{number}"), "expires_at": "",
            }));
        }
        return Json(json!({ "parts": parts })).into_response();
    }
    if got.path.ends_with("/complete") {
        return (StatusCode::ACCEPTED, Json(photo("processing"))).into_response();
    }
    if got.method == Method::GET {
        let arrived = json!([{"number": 2, "size": 8, "sha256": null}]);
        return Json(json!({"complete": false, "arrived": arrived})).into_response();
    }
    let sending = json!({
        "kind": "in_parts", "id": upload, "photo": "photo_01jd2w8h7kf3y9b6c5xq4m0ntz",
        "size": 20, "part_size": 8, "parts": 3,
    });
    Json(json!({"photo": photo("pending"), "upload": sending})).into_response()
}

#[tokio::test]
async fn of_an_upload_in_parts_only_those_go_that_have_not_arrived() {
    let service = Service::start(|_, got, origin| answer_of_parts(got, origin)).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    let bytes: Vec<u8> = (0..20).collect();
    std::fs::write(file.path(), &bytes).expect("bytes");
    let album: AlbumId = ALBUM.parse().expect("an id");
    service
        .client()
        .upload(&album, file.path(), &announcement(20), &Progress::default())
        .await
        .expect("sent");
    let mut sent: Vec<(String, Vec<u8>)> = Vec::new();
    for got in service.got() {
        if got.path.starts_with("/bucket") {
            sent.push((got.path, got.body.to_vec()));
        }
    }
    sent.sort();
    let first = ("/bucket/1".to_owned(), bytes[..8].to_vec());
    let last = ("/bucket/3".to_owned(), bytes[16..].to_vec());
    assert_eq!(sent, [first, last]);
    let last = service.got().pop().expect("a request");
    assert!(last.path.ends_with("/complete"), "{last:?}");
}

#[tokio::test]
async fn a_file_that_became_shorter_is_not_sent() {
    let service = Service::start(|_, got, origin| answer_of_whole(got, origin)).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), [7; 10]).expect("bytes");
    let album: AlbumId = ALBUM.parse().expect("an id");
    let client = service.client().with_patience(Patience::none());
    let outcome = client
        .upload(&album, file.path(), &announcement(20), &Progress::default())
        .await;
    let error = outcome.expect_err("refused");
    assert!(matches!(error, Error::Changed { .. }), "{error:?}");
}

/// The bytes of an original.
const ORIGINAL: &[u8] = b"all that was photographed";

/// Returns a body that breaks off behind these bytes, which arrive.
fn broken_off(bytes: &'static [u8]) -> Body {
    let arriving = stream::iter([Ok(Bytes::from_static(bytes))]);
    let breaking = stream::once(async {
        tokio::task::yield_now().await;
        Err(std::io::Error::other("broken off"))
    });
    Body::from_stream(arriving.chain(breaking))
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_where_it_was() {
    let service = Service::start(|number, got, origin| match number {
        0 => (StatusCode::SEE_OTHER, [(LOCATION, format!("{origin}/bucket/1"))]).into_response(),
        1 => broken_off(&ORIGINAL[..8]).into_response(),
        2 => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        3 => {
            let range = [(CONTENT_RANGE, "bytes 8-24/25")];
            (StatusCode::PARTIAL_CONTENT, range, broken_off(&ORIGINAL[8..12])).into_response()
        }
        // The link has ended.
        4 => StatusCode::FORBIDDEN.into_response(),
        5 => (StatusCode::SEE_OTHER, [(LOCATION, format!("{origin}/bucket/2"))]).into_response(),
        // Storage that knows no ranges.
        _ => {
            assert_eq!(got.path, "/bucket/2");
            ORIGINAL.into_response()
        }
    })
    .await;
    let photo = "photo_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id");
    let mut arrived = Vec::new();
    let progress = Progress::default();
    let sum = service
        .client()
        .download_original(&photo, &mut arrived, &progress)
        .await
        .expect("all of it");
    assert_eq!(arrived, ORIGINAL);
    assert_eq!(sum, hex::encode(Sha256::digest(ORIGINAL)));
    assert_eq!(progress.bytes(), 25);
    let got = service.got();
    let ranges: Vec<Option<&str>> = got.iter().map(|got| got.range.as_deref()).collect();
    let (from_8, from_12) = (Some("bytes=8-"), Some("bytes=12-"));
    assert_eq!(ranges, [None, None, from_8, from_8, from_12, None, from_12]);
    assert!(got[0].is_authorised && !got[1].is_authorised, "a signed link needs no token");
}
