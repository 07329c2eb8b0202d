//! What the system relies on in S3, asked by the AWS SDK and, where a browser would, by plain HTTP.

#![allow(clippy::unwrap_used)] // a test may stop where it is

#[path = "s3/fixture.rs"]
mod fixture;
#[path = "s3/killed.rs"]
mod killed;
#[path = "s3/multipart_uploads.rs"]
mod multipart_uploads;
#[path = "s3/presigned.rs"]
mod presigned;

use std::time::Duration;

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};
use local::s3::{CorsRule, CreationEvent};
use tokio::io::AsyncReadExt;

use fixture::{KEY, S3Fixture};

#[tokio::test(flavor = "multi_thread")]
async fn an_object_comes_back_as_it_was_put() {
    let fixture = S3Fixture::start();
    let put = fixture
        .client
        .put_object()
        .bucket("originals")
        .key(KEY)
        .body(ByteStream::from_static(b"0123456789"));
    let put = put
        .content_type("image/webp")
        .cache_control("immutable")
        .metadata("who", "me")
        .checksum_algorithm(ChecksumAlgorithm::Sha256);
    let put = put.send().await.unwrap();
    assert_eq!(put.checksum_sha256(), Some("hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII="));
    assert_eq!(put.e_tag(), Some("\"781e5e245d69b566979b86e28d23f2c7\""));

    let head = fixture
        .client
        .head_object()
        .bucket("originals")
        .key(KEY)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.content_length(), head.content_type(), head.cache_control()),
        (Some(10), Some("image/webp"), Some("immutable"))
    );
    assert_eq!(head.metadata().unwrap()["who"], "me");
    let part = fixture
        .client
        .get_object()
        .bucket("originals")
        .key(KEY)
        .range("bytes=2-4")
        .send()
        .await
        .unwrap();
    assert_eq!(part.content_range(), Some("bytes 2-4/10"));
    assert_eq!(&part.body.collect().await.unwrap().into_bytes()[..], b"234");

    let mut object = fixture
        .server
        .object("originals", KEY)
        .await
        .unwrap()
        .unwrap();
    let mut text = String::new();
    object.file.read_to_string(&mut text).await.unwrap();
    assert_eq!((text.as_str(), object.size), ("0123456789", 10));
    assert_eq!(
        (object.content_type.as_deref(), object.cache_control.as_deref()),
        (Some("image/webp"), Some("immutable"))
    );
    assert_eq!(object.etag, "781e5e245d69b566979b86e28d23f2c7");
    for nowhere in ["not-there", "media", "../originals/a", "/etc/passwd", ""] {
        assert!(
            fixture
                .server
                .object("originals", nowhere)
                .await
                .unwrap()
                .is_none(),
            "{nowhere}"
        );
    }
    assert!(fixture.server.object(".", KEY).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_key_may_do_anything() {
    let fixture = S3Fixture::start();
    fixture.put("originals", KEY, b"secret").await;
    let plain = reqwest::get(format!("{}/originals/{KEY}", fixture.endpoint))
        .await
        .unwrap();
    assert_eq!(plain.status(), 403);
    let other = S3Fixture::client(&fixture.endpoint, "local", "another secret");
    assert!(
        other
            .get_object()
            .bucket("originals")
            .key(KEY)
            .send()
            .await
            .is_err()
    );
    let other = S3Fixture::client(&fixture.endpoint, "nobody", "secret");
    assert!(
        other
            .get_object()
            .bucket("originals")
            .key(KEY)
            .send()
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checksum_that_is_wrong_leaves_nothing() {
    let fixture = S3Fixture::start();
    let put = fixture
        .client
        .put_object()
        .bucket("originals")
        .key(KEY)
        .body(ByteStream::from_static(b"these bytes"));
    let refused = put
        .checksum_sha256("hNiYd/DUBB77a/kay42n0IfPlSrgeZEKpBmabVrGv1g=")
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 400);
    let put = fixture
        .client
        .put_object()
        .bucket("originals")
        .key(KEY)
        .body(ByteStream::from_static(b"these bytes"));
    let refused = put
        .content_md5("1B2M2Y8AsgTpgAmY7PhCfg==")
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 400);
    assert!(fixture.is_absent("originals", KEY).await);
    assert_eq!(fixture.created(), []);

    fixture.put("originals", KEY, b"first").await;
    let put = fixture
        .client
        .put_object()
        .bucket("originals")
        .key(KEY)
        .body(ByteStream::from_static(b"second"));
    put.checksum_sha256("hNiYd/DUBB77a/kay42n0IfPlSrgeZEKpBmabVrGv1g=")
        .send()
        .await
        .unwrap_err();
    assert_eq!(fixture.get("originals", KEY).await, b"first", "the object before it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_make_an_object_is_told_once() {
    let fixture = S3Fixture::start();
    fixture.put("originals", "a/b ü+c", b"0123456789").await;
    let copy = fixture
        .client
        .copy_object()
        .bucket("renditions")
        .key("copy")
        .copy_source("originals/a%2Fb%20%C3%BC%2Bc");
    copy.send().await.unwrap();
    assert_eq!(fixture.get("renditions", "copy").await, b"0123456789");

    let upload = fixture
        .client
        .create_multipart_upload()
        .bucket("originals")
        .key("parts")
        .content_type("image/png")
        .send()
        .await
        .unwrap();
    let id = upload.upload_id().unwrap();
    let mut parts = CompletedMultipartUpload::builder();
    for (number, size) in [(1, 5 * 1024 * 1024), (2, 3)] {
        let body = ByteStream::from(vec![b'0' + u8::try_from(number).unwrap(); size]);
        let part = fixture
            .client
            .upload_part()
            .bucket("originals")
            .key("parts")
            .upload_id(id)
            .part_number(number)
            .body(body)
            .send()
            .await
            .unwrap();
        parts = parts.parts(
            CompletedPart::builder()
                .part_number(number)
                .e_tag(part.e_tag().unwrap())
                .build(),
        );
    }
    assert!(fixture.is_absent("originals", "parts").await, "not before it is complete");
    let complete = fixture
        .client
        .complete_multipart_upload()
        .bucket("originals")
        .key("parts")
        .upload_id(id);
    complete
        .multipart_upload(parts.build())
        .send()
        .await
        .unwrap();
    let head = fixture
        .client
        .head_object()
        .bucket("originals")
        .key("parts")
        .send()
        .await
        .unwrap();
    assert_eq!((head.content_length(), head.content_type()), (Some(5_242_883), Some("image/png")));

    let created = fixture.created();
    let seen: Vec<_> = created
        .iter()
        .map(|object| (object.bucket.as_str(), object.key.as_str(), object.size, object.event))
        .collect();
    assert_eq!(
        seen,
        [
            ("originals", "a/b ü+c", 10, CreationEvent::Put),
            ("renditions", "copy", 10, CreationEvent::Copy),
            ("originals", "parts", 5_242_883, CreationEvent::CompleteMultipartUpload),
        ]
    );
    assert_eq!(created[0].etag, "781e5e245d69b566979b86e28d23f2c7");
    assert_eq!(created[1].etag, created[0].etag);
    assert_eq!(format!("\"{}\"", created[2].etag), head.e_tag().unwrap());
    assert_eq!(created[2].event.name(), "ObjectCreated:CompleteMultipartUpload");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_listed_by_page_deleted_and_gone() {
    let fixture = S3Fixture::start();
    for key in ["a/1", "a/2", "b/1"] {
        fixture.put("originals", key, b"x").await;
    }
    let first = fixture
        .client
        .list_objects_v2()
        .bucket("originals")
        .max_keys(2)
        .send()
        .await
        .unwrap();
    let keys = |page: &[aws_sdk_s3::types::Object]| {
        page.iter()
            .map(|object| object.key().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(first.contents()), ["a/1", "a/2"]);
    let token = first.next_continuation_token().unwrap();
    let rest = fixture
        .client
        .list_objects_v2()
        .bucket("originals")
        .continuation_token(token)
        .send()
        .await
        .unwrap();
    assert_eq!(keys(rest.contents()), ["b/1"]);
    fixture
        .client
        .delete_object()
        .bucket("originals")
        .key("a/1")
        .send()
        .await
        .unwrap();
    fixture
        .client
        .delete_object()
        .bucket("originals")
        .key("a/1")
        .send()
        .await
        .unwrap();
    assert!(fixture.is_absent("originals", "a/1").await);
    let missing = fixture
        .client
        .put_object()
        .bucket("not-made")
        .key("a")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await;
    assert!(missing.unwrap_err().into_service_error().meta().code() == Some("NoSuchBucket"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_version_whole_while_writers_replace_it() {
    let fixture = S3Fixture::start();
    // Each version is one letter all through, and says so in its content type.
    let version = |n: u8| (vec![b'a' + n; 200_000], format!("image/x-{}", char::from(b'a' + n)));
    let write = async |n: u8| {
        let (bytes, kind) = version(n);
        fixture
            .client
            .put_object()
            .bucket("originals")
            .key(KEY)
            .body(bytes.into())
            .content_type(kind)
            .send()
            .await
            .unwrap();
    };
    write(0).await;
    let writing = async {
        for n in 1..40 {
            write(n % 26).await;
        }
    };
    let reading = async {
        let mut seen = std::collections::HashSet::new();
        for _ in 0..60 {
            let read = fixture
                .client
                .get_object()
                .bucket("originals")
                .key(KEY)
                .send()
                .await
                .unwrap();
            let kind = read.content_type().unwrap().to_owned();
            let bytes = read.body.collect().await.unwrap().into_bytes();
            assert_eq!(bytes.len(), 200_000);
            assert!(bytes.iter().all(|byte| *byte == bytes[0]), "torn");
            assert_eq!(
                kind,
                format!("image/x-{}", char::from(bytes[0])),
                "the bytes of one, the type of another"
            );
            seen.insert(bytes[0]);
        }
        seen.len()
    };
    let ((), seen) = tokio::join!(writing, reading);
    assert!(seen > 1, "the reader met no change");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_survive_a_restart_and_an_upload_cut_short_leaves_nothing() {
    let mut fixture = S3Fixture::start();
    fixture.put("originals", KEY, b"kept").await;
    let url = fixture
        .presigned_put("originals", "cut", b"0123456789", Duration::from_mins(1))
        .await;
    fixture.cut_short(&url).await;
    assert!(fixture.is_absent("originals", "cut").await);
    fixture.restart();
    assert_eq!(fixture.get("originals", KEY).await, b"kept");
    assert!(fixture.is_absent("originals", "cut").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_allowed_origins_may_ask_and_others_may_not() {
    let fixture = S3Fixture::start();
    let rule: CorsRule = serde_json::from_str(
        r#"{"AllowedOrigins":["http://localhost:8080"],"AllowedMethods":["PUT","GET"],"AllowedHeaders":["content-type","x-amz-*"],
            "ExposedHeaders":["ETag"],"MaxAge":600}"#,
    )
    .unwrap();
    fixture
        .server
        .ensure_bucket("originals", vec![rule])
        .unwrap();
    let preflight = async |origin: &str, method: &str, headers: &str| {
        let request = reqwest::Client::new()
            .request(reqwest::Method::OPTIONS, format!("{}/originals/a", fixture.endpoint));
        let request = request
            .header("origin", origin)
            .header("access-control-request-method", method);
        request
            .header("access-control-request-headers", headers)
            .send()
            .await
            .unwrap()
    };
    let yes = preflight("http://localhost:8080", "PUT", "content-type,x-amz-checksum-sha256").await;
    assert_eq!(yes.status(), 200);
    assert_eq!(yes.headers()["access-control-allow-origin"], "http://localhost:8080");
    assert_eq!(
        yes.headers()["access-control-allow-headers"],
        "content-type, x-amz-checksum-sha256"
    );
    assert_eq!(yes.headers()["access-control-allow-methods"], "PUT, GET");
    assert_eq!(yes.headers()["access-control-max-age"], "600");
    for (origin, method, headers) in [
        ("http://localhost:9999", "PUT", "content-type"),
        ("http://localhost:8080", "DELETE", "content-type"),
        ("http://localhost:8080", "PUT", "x-other"),
    ] {
        let no = preflight(origin, method, headers).await;
        assert_eq!(no.status(), 403, "{origin} {method} {headers}");
        assert!(!no.headers().contains_key("access-control-allow-origin"));
    }
    let refused = reqwest::Client::new().get(format!("{}/originals/a", fixture.endpoint));
    let refused = refused
        .header("origin", "http://localhost:8080")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["access-control-allow-origin"]),
        (403, &"http://localhost:8080".parse().unwrap())
    );
    assert_eq!(refused.headers()["access-control-expose-headers"], "ETag");
}
