//! Presigned requests, sent as a browser sends them.

use std::time::{Duration, Instant};

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use reqwest::{Client, Method, Response};

use super::fixture::{BUCKET, KEY, S3Fixture};

const MINUTE: Duration = Duration::from_mins(1);

/// Headers that the client writes by itself, from the URL and the body.
const CLIENT_HEADERS: [&str; 2] = ["host", "content-length"];

/// A header that is sent with another value, or left out.
type ReplacedHeader<'a> = (&'a str, Option<&'a str>);

/// Sends a presigned request with some headers replaced, or left out.
pub async fn send(
    put: &PresignedRequest,
    body: &[u8],
    replaced_headers: &[ReplacedHeader<'_>],
) -> Response {
    let mut request = Client::new()
        .request(Method::PUT, put.uri())
        .body(body.to_vec());
    for (name, signed_value) in put.headers() {
        if CLIENT_HEADERS.contains(&name) {
            continue;
        }
        let replaced = replaced_headers
            .iter()
            .find(|(replaced, _)| *replaced == name);
        let value = match replaced {
            Some((_, other_value)) => *other_value,
            None => Some(signed_value),
        };
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_the_request_that_was_signed_is_taken_once() {
    let fixture = S3Fixture::start();
    let put = fixture.presigned_put(KEY, b"0123456789", MINUTE).await;
    let signed_headers = "X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3B\
                          if-none-match%3Bx-amz-checksum-sha256&";
    assert!(put.uri().contains(signed_headers), "{}", put.uri());
    let taken = send(&put, b"0123456789", &[]).await;
    assert_eq!(taken.status(), 200, "{}", taken.text().await.unwrap());
    assert_eq!(fixture.get(BUCKET, KEY).await, b"0123456789");
    assert_eq!(fixture.head(KEY).await.content_type(), Some("image/png"));

    let twice = send(&put, b"0123456789", &[]).await;
    assert_eq!(twice.status(), 412, "it is there already");
    assert_eq!(fixture.created().len(), 1);
}

/// A request that differs from the one that was signed: the difference, its body, its headers, and
/// the answer's status.
type DifferingRequest<'a> = (&'a str, &'a [u8], &'a [ReplacedHeader<'a>], u16);

#[tokio::test(flavor = "multi_thread")]
async fn any_other_request_is_refused_and_leaves_nothing() {
    let fixture = S3Fixture::start();
    let put = fixture.presigned_put(KEY, b"0123456789", MINUTE).await;
    let other_sum = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";
    let right = b"0123456789";
    let requests: [DifferingRequest<'_>; 8] = [
        ("other bytes", b"9876543210", &[], 400),
        ("longer", b"0123456789a", &[], 403),
        ("shorter", b"012345678", &[], 403),
        ("another type", right, &[("content-type", Some("text/html"))], 403),
        ("no type", right, &[("content-type", None)], 403),
        ("another checksum", right, &[("x-amz-checksum-sha256", Some(other_sum))], 403),
        ("no checksum", b"9876543210", &[("x-amz-checksum-sha256", None)], 403),
        ("may replace", right, &[("if-none-match", None)], 403),
    ];
    for (what, body, headers, status) in requests {
        let refused = send(&put, body, headers).await;
        assert_eq!(refused.status(), status, "{what}: {}", refused.text().await.unwrap());
        assert!(fixture.is_absent(KEY).await, "{what} left something");
    }
    assert_eq!(fixture.created(), []);
    let taken = send(&put, right, &[]).await;
    assert_eq!(taken.status(), 200, "and the right one is still taken");
}

async fn presigned_get(fixture: &S3Fixture, valid_for: Duration) -> String {
    let config = PresigningConfig::expires_in(valid_for).unwrap();
    let get = fixture.get_call(KEY).presigned(config).await.unwrap();
    get.uri().to_owned()
}

async fn status(url: &str) -> u16 {
    reqwest::get(url).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_was_changed_is_refused() {
    let fixture = S3Fixture::start();
    fixture.put(KEY, b"private").await;
    let url = presigned_get(&fixture, MINUTE).await;
    let read = reqwest::get(&url).await.unwrap();
    assert_eq!(read.status(), 200);
    assert_eq!(read.text().await.unwrap(), "private");
    assert_eq!(status(&url.replace("X-Amz-Expires=60", "X-Amz-Expires=3600")).await, 403);
    assert_eq!(status(&url.replace("/originals/", "/renditions/")).await, 403);
    let malformed = url.replace("X-Amz-Signature=", "X-Amz-Signature=0");
    assert_eq!(status(&malformed).await, 400, "not even the form of a signature");
    let (start, signature) = url.split_once("X-Amz-Signature=").unwrap();
    let other_digits: String = signature
        .chars()
        .map(|c| match c {
            '0' => '1',
            '1'..='9' => '0',
            letter => letter,
        })
        .collect();
    assert_eq!(status(&format!("{start}X-Amz-Signature={other_digits}")).await, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_that_is_over_is_refused() {
    let fixture = S3Fixture::start();
    fixture.put(KEY, b"private").await;
    let one_second = Duration::from_secs(1);
    let late_put = fixture
        .presigned_put("late", b"0123456789", one_second)
        .await;
    let short_get = presigned_get(&fixture, one_second).await;
    let started = Instant::now();
    while status(&short_get).await != 403 {
        assert!(started.elapsed() < Duration::from_secs(10), "it is never over");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = send(&late_put, b"0123456789", &[]).await;
    assert_eq!(refused.status(), 403, "signed before, it is over too");
    assert!(fixture.is_absent("late").await);
}
