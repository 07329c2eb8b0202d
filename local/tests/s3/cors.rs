//! CORS of a bucket, for pages of other origins.

use local::s3::CorsRule;
use reqwest::{Client, Method, Response};

use super::{
    fixture::{BUCKET, KEY, S3Fixture, md5, sha256},
    parts_upload::PartsUpload,
};

const PAGE_ORIGIN: &str = "http://localhost:8080";

fn set_rule(fixture: &S3Fixture, rule: serde_json::Value) {
    let rule: CorsRule = serde_json::from_value(rule).unwrap();
    fixture.server.ensure_bucket(BUCKET, vec![rule]).unwrap();
}

async fn preflight(url: &str, origin: &str, method: &str, headers: &str) -> Response {
    Client::new()
        .request(Method::OPTIONS, url)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
        .await
        .unwrap()
}

/// Lets the page put and get.
fn allow_page(fixture: &S3Fixture) {
    set_rule(
        fixture,
        serde_json::json!({
            "AllowedOrigins": [PAGE_ORIGIN],
            "AllowedMethods": ["PUT", "GET"],
            "AllowedHeaders": ["content-type", "x-amz-*"],
            "ExposedHeaders": ["ETag"],
            "MaxAge": 600,
        }),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_an_allowed_origin_may_ask() {
    let fixture = S3Fixture::start();
    allow_page(&fixture);
    let url = format!("{}/{BUCKET}/a", fixture.endpoint);
    let allowed = preflight(&url, PAGE_ORIGIN, "PUT", "content-type,x-amz-checksum-sha256").await;
    assert_eq!(allowed.status(), 200);
    for (header, value) in [
        ("access-control-allow-origin", PAGE_ORIGIN),
        ("access-control-allow-headers", "content-type, x-amz-checksum-sha256"),
        ("access-control-allow-methods", "PUT, GET"),
        ("access-control-max-age", "600"),
    ] {
        assert_eq!(allowed.headers()[header], value);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rule_does_not_allow_is_refused() {
    let fixture = S3Fixture::start();
    allow_page(&fixture);
    let url = format!("{}/{BUCKET}/a", fixture.endpoint);
    for (origin, method, headers) in [
        ("http://localhost:9999", "PUT", "content-type"),
        (PAGE_ORIGIN, "DELETE", "content-type"),
        (PAGE_ORIGIN, "PUT", "x-other"),
    ] {
        let refused = preflight(&url, origin, method, headers).await;
        assert_eq!(refused.status(), 403, "{origin} {method} {headers}");
        assert!(
            !refused
                .headers()
                .contains_key("access-control-allow-origin")
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_read_why_its_request_was_refused() {
    let fixture = S3Fixture::start();
    allow_page(&fixture);
    let url = format!("{}/{BUCKET}/a", fixture.endpoint);
    let unsigned = Client::new()
        .get(url)
        .header("origin", PAGE_ORIGIN)
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status(), 403);
    assert_eq!(unsigned.headers()["access-control-allow-origin"], PAGE_ORIGIN);
    assert_eq!(unsigned.headers()["access-control-expose-headers"], "ETag");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_send_a_part_and_read_its_etag() {
    let fixture = S3Fixture::start();
    set_rule(
        &fixture,
        serde_json::json!({
            "AllowedOrigins": [PAGE_ORIGIN],
            "AllowedMethods": ["PUT"],
            "AllowedHeaders": ["x-amz-checksum-sha256"],
            "ExposedHeaders": ["ETag"],
        }),
    );
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let put = upload.presigned(1, b"bytes").await;
    let allowed = preflight(put.uri(), PAGE_ORIGIN, "PUT", "x-amz-checksum-sha256").await;
    assert_eq!(allowed.status(), 200);
    let part = Client::new()
        .put(put.uri())
        .header("origin", PAGE_ORIGIN)
        .header("x-amz-checksum-sha256", sha256(b"bytes"))
        .body("bytes")
        .send()
        .await
        .unwrap();
    assert_eq!(part.status(), 200);
    assert_eq!(part.headers()["access-control-expose-headers"], "ETag");
    assert_eq!(part.headers()["etag"], format!("\"{}\"", hex::encode(md5(b"bytes"))));
}
