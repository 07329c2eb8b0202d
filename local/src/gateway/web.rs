//! The files of the page.

use std::path::{Component, Path, PathBuf};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Response, StatusCode, header},
};
use sha2::{Digest, Sha256};

use super::{responses, routes::decode};

/// Serves one file of `root`; of a folder, its `index.html`.
pub(super) async fn serve(
    root: &Path,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        return responses::plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    let Some(file) = file(root, path) else { return missing() };
    let Ok(bytes) = tokio::fs::read(&file).await else { return missing() };
    let sum = hex::encode(Sha256::digest(&bytes));
    let etag = format!("\"{}\"", &sum[..32]);
    let mut response = Response::new(Body::empty());
    let target = response.headers_mut();
    responses::set(target, header::ETAG, &etag);
    responses::set(target, header::CACHE_CONTROL, caching(path));
    if responses::not_modified(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let target = response.headers_mut();
    responses::set(target, header::CONTENT_TYPE, content_type(&file));
    responses::set(target, header::CONTENT_LENGTH, &bytes.len().to_string());
    if method == Method::GET {
        *response.body_mut() = Body::from(bytes);
    }
    response
}

/// Redirects a request for a page under another name to the origin that the functions expect.
pub(super) fn redirect(origin: &str, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_page = path == "/" || path.to_ascii_lowercase().ends_with(".html");
    if !is_page || !origin.starts_with("http://localhost:") || !host.starts_with("127.0.0.1") {
        return None;
    }
    let mut response = responses::plain(StatusCode::TEMPORARY_REDIRECT, "");
    responses::set(response.headers_mut(), header::LOCATION, &format!("{origin}{path}"));
    Some(response)
}

/// Returns how long a browser may keep a file: one whose name says what is in it, for good; any other
/// is asked for with every load, so that a change is seen at once.
fn caching(path: &str) -> &'static str {
    if path.starts_with("/assets/") { "public, max-age=31536000, immutable" } else { "no-cache" }
}

fn missing() -> Response<Body> {
    responses::plain(StatusCode::NOT_FOUND, "no such file\n")
}

/// Returns the file that a path stands for, if it is in the folder.
fn file(root: &Path, path: &str) -> Option<PathBuf> {
    let decoded = decode(path);
    let relative = Path::new(decoded.trim_start_matches('/'));
    let mut components = relative.components();
    if !components.all(|part| matches!(part, Component::Normal(_))) || decoded.contains('\0') {
        return None;
    }
    let mut file = root.join(relative);
    if file.is_dir() {
        file.push("index.html");
    }
    // A link in the folder must not lead out of it.
    let real_root = root.canonicalize().ok()?;
    let real_file = file.canonicalize().ok()?;
    if real_file.starts_with(real_root) { Some(real_file) } else { None }
}

fn content_type(file: &Path) -> &'static str {
    let extension = file.extension().unwrap_or_default();
    match extension.to_str().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn get(root: &Path, path: &str, headers: &HeaderMap) -> (u16, HeaderMap, Vec<u8>) {
        let (parts, body) = serve(root, &Method::GET, path, headers).await.into_parts();
        (parts.status.as_u16(), parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn files_are_served_with_type_and_tag() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("web");
        std::fs::create_dir_all(root.join("js")).unwrap();
        std::fs::write(root.join("index.html"), "<p>").unwrap();
        std::fs::write(root.join("js/a b.js"), "1").unwrap();
        std::fs::write(folder.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret"), root.join("link")).unwrap();
        let (status, headers, body) = get(&root, "/", &HeaderMap::new()).await;
        assert_eq!((status, body.as_slice()), (200, &b"<p>"[..]));
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-cache");
        let mut again = HeaderMap::new();
        again.insert(header::IF_NONE_MATCH, headers["etag"].clone());
        assert_eq!(get(&root, "/", &again).await.0, 304);
        assert_eq!(get(&root, "/js/a%20b.js", &HeaderMap::new()).await.2, b"1");
        std::fs::create_dir_all(root.join("assets")).unwrap();
        std::fs::write(root.join("assets/main-4TWMXWXY.js"), "1").unwrap();
        let (_, kept, _) = get(&root, "/assets/main-4TWMXWXY.js", &HeaderMap::new()).await;
        assert_eq!(kept["cache-control"], "public, max-age=31536000, immutable");
        for outside in [
            "/../secret",
            "/%2e%2e/secret",
            "/js/%2e%2e/%2e%2e/secret",
            "/link",
            "/nothing",
            "/js",
            "/a%00",
        ] {
            assert_eq!(get(&root, outside, &HeaderMap::new()).await.0, 404, "{outside}");
        }
        let posted = serve(&root, &Method::POST, "/", &HeaderMap::new()).await;
        assert_eq!(posted.status(), 405);
    }

    #[test]
    fn pages_under_another_name_move_to_the_origin() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
        let response = redirect("http://localhost:8080", "/", &headers).unwrap();
        assert_eq!(response.headers()["location"], "http://localhost:8080/");
        assert!(redirect("http://localhost:8080", "/js/main.js", &headers).is_none());
        headers.insert(header::HOST, "localhost:8080".parse().unwrap());
        assert!(redirect("http://localhost:8080", "/", &headers).is_none());
    }
}
