//! Presigned requests, sent as a browser sends them.

use std::time::{Duration, Instant};

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use reqwest::{Method, Response};

use super::fixture::{KEY, S3Fixture};

const MINUTE: Duration = Duration::from_mins(1);

/// What is changed, the body, the headers replaced, and the answer's status.
type Case<'a> = (&'a str, &'static [u8], &'a [(&'a str, Option<&'a str>)], u16);

/// Sends it with some headers replaced, or left out.
pub async fn send(
    put: &PresignedRequest,
    body: impl Into<Vec<u8>>,
    replace: &[(&str, Option<&str>)],
) -> Response {
    let mut request = reqwest::Client::new()
        .request(Method::PUT, put.uri())
        .body(body.into());
    for (name, value) in put.headers() {
        let value = replace
            .iter()
            .find(|(replaced, _)| *replaced == name)
            .map_or(Some(value), |(_, value)| *value);
        // The client writes these two by itself, from the URL and the body.
        if let Some(value) = value.filter(|_| name != "host" && name != "content-length") {
            request = request.header(name, value);
        }
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_what_was_signed_is_taken_once() {
    let fixture = S3Fixture::start();
    let put = fixture
        .presigned_put("originals", KEY, b"0123456789", MINUTE)
        .await;
    let signed: Vec<_> = put
        .uri()
        .split('&')
        .filter(|part| part.starts_with("X-Amz-SignedHeaders"))
        .collect();
    assert_eq!(
        signed,
        [
            "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match%3Bx-amz-checksum-sha256"
        ]
    );
    let taken = send(&put, b"0123456789", &[]).await;
    assert_eq!(taken.status(), 200, "{}", taken.text().await.unwrap());
    assert_eq!(fixture.get("originals", KEY).await, b"0123456789");
    let head = fixture
        .client
        .head_object()
        .bucket("originals")
        .key(KEY)
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("image/png"));

    let twice = send(&put, b"0123456789", &[]).await;
    assert_eq!(twice.status(), 412, "it is there already");
    assert_eq!(fixture.created().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_else_is_refused_and_leaves_nothing() {
    let fixture = S3Fixture::start();
    let put = fixture
        .presigned_put("originals", KEY, b"0123456789", MINUTE)
        .await;
    let other = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";
    let cases: [Case<'_>; 8] = [
        ("other bytes", b"9876543210", &[], 400),
        ("longer", b"0123456789a", &[], 403),
        ("shorter", b"012345678", &[], 403),
        ("another type", b"0123456789", &[("content-type", Some("text/html"))], 403),
        ("no type", b"0123456789", &[("content-type", None)], 403),
        ("another checksum", b"0123456789", &[("x-amz-checksum-sha256", Some(other))], 403),
        ("no checksum", b"9876543210", &[("x-amz-checksum-sha256", None)], 403),
        ("may replace", b"0123456789", &[("if-none-match", None)], 403),
    ];
    for (what, body, replace, status) in cases {
        let refused = send(&put, body, replace).await;
        assert_eq!(refused.status(), status, "{what}: {}", refused.text().await.unwrap());
        assert!(fixture.is_absent("originals", KEY).await, "{what} left something");
    }
    assert_eq!(fixture.created(), []);
    assert_eq!(
        send(&put, b"0123456789", &[]).await.status(),
        200,
        "and the right one is still taken"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_was_changed_or_is_over_is_refused() {
    let fixture = S3Fixture::start();
    fixture.put("originals", KEY, b"private").await;
    let get = async |valid: Duration| {
        let get = fixture.client.get_object().bucket("originals").key(KEY);
        get.presigned(PresigningConfig::expires_in(valid).unwrap())
            .await
            .unwrap()
            .uri()
            .to_owned()
    };
    let url = get(MINUTE).await;
    let read = reqwest::get(&url).await.unwrap();
    assert_eq!((read.status().as_u16(), read.text().await.unwrap().as_str()), (200, "private"));

    let status = async |url: &str| reqwest::get(url).await.unwrap().status().as_u16();
    assert_eq!(status(&url.replace("X-Amz-Expires=60", "X-Amz-Expires=3600")).await, 403);
    assert_eq!(status(&url.replace("/originals/", "/renditions/")).await, 403);
    assert_eq!(
        status(&url.replace("X-Amz-Signature=", "X-Amz-Signature=0")).await,
        400,
        "not even the form of a signature"
    );
    let (start, signature) = url.split_once("X-Amz-Signature=").unwrap();
    let turned: String = signature
        .chars()
        .map(|c| {
            if c == '0' {
                '1'
            } else if c.is_ascii_digit() {
                '0'
            } else {
                c
            }
        })
        .collect();
    assert_eq!(status(&format!("{start}X-Amz-Signature={turned}")).await, 403);

    let late = fixture
        .presigned_put("originals", "late", b"0123456789", Duration::from_secs(1))
        .await;
    let short = get(Duration::from_secs(1)).await;
    let begun = Instant::now();
    while status(&short).await != 403 {
        assert!(begun.elapsed() < Duration::from_secs(10), "it is never over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        send(&late, b"0123456789", &[]).await.status(),
        403,
        "signed before, it is over too"
    );
    assert!(fixture.is_absent("originals", "late").await);
}
