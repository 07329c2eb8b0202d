//! The files of the page.

use std::path::{Component, Path, PathBuf};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, Method, Response, StatusCode, header},
};
use sha2::{Digest, Sha256};

use super::{answers, routes::decode};

/// Serves one file of `root`; a folder's is its `index.html`.
pub(super) async fn serve(
    root: &Path,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Response<Body> {
    if method != Method::GET && method != Method::HEAD {
        return answers::plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    }
    let Some(file) = file(root, path) else { return missing() };
    let Ok(bytes) = tokio::fs::read(&file).await else { return missing() };
    let etag = format!("\"{}\"", &hex::encode(Sha256::digest(&bytes))[..32]);
    let mut response = Response::new(Body::empty());
    answers::set(response.headers_mut(), header::ETAG, &etag);
    // Revalidated with every load, so a change is seen at once; the tag makes that cheap.
    answers::set(response.headers_mut(), header::CACHE_CONTROL, "no-cache");
    if answers::not_modified(headers, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    answers::set(response.headers_mut(), header::CONTENT_TYPE, content_type(&file));
    answers::set(response.headers_mut(), header::CONTENT_LENGTH, &bytes.len().to_string());
    if method == Method::GET {
        *response.body_mut() = Body::from(bytes);
    }
    response
}

/// To the origin that the functions expect, when a page is asked for under another name.
pub(super) fn moved(origin: &str, path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_page = path == "/" || path.to_ascii_lowercase().ends_with(".html");
    if !is_page || !origin.starts_with("http://localhost:") || !host.starts_with("127.0.0.1") {
        return None;
    }
    let mut response = answers::plain(StatusCode::TEMPORARY_REDIRECT, "");
    answers::set(response.headers_mut(), header::LOCATION, &format!("{origin}{path}"));
    Some(response)
}

fn missing() -> Response<Body> {
    answers::plain(StatusCode::NOT_FOUND, "no such file\n")
}

fn file(root: &Path, path: &str) -> Option<PathBuf> {
    let decoded = decode(path);
    let relative = Path::new(decoded.trim_start_matches('/'));
    if !relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
        || decoded.contains('\0')
    {
        return None;
    }
    let file = root.join(relative);
    let file = if file.is_dir() { file.join("index.html") } else { file };
    // A link in the folder must not lead out of it.
    file.canonicalize()
        .ok()
        .filter(|file| root.canonicalize().is_ok_and(|root| file.starts_with(root)))
}

fn content_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
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

/// The name of a header that the policy sets.
pub(super) fn policy_header(name: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).ok()
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
        let mut again = HeaderMap::new();
        again.insert(header::IF_NONE_MATCH, headers["etag"].clone());
        assert_eq!(get(&root, "/", &again).await.0, 304);
        assert_eq!(get(&root, "/js/a%20b.js", &HeaderMap::new()).await.2, b"1");
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
        assert_eq!(
            serve(&root, &Method::POST, "/", &HeaderMap::new())
                .await
                .status(),
            405
        );
    }

    #[test]
    fn pages_under_another_name_move_to_the_origin() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:8080".parse().unwrap());
        let moved_to = moved("http://localhost:8080", "/", &headers).unwrap();
        assert_eq!(moved_to.headers()["location"], "http://localhost:8080/");
        assert!(moved("http://localhost:8080", "/js/main.js", &headers).is_none());
        headers.insert(header::HOST, "localhost:8080".parse().unwrap());
        assert!(moved("http://localhost:8080", "/", &headers).is_none());
    }
}
