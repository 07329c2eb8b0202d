//! Objects: put, read, copied, listed, deleted, and their notifications.

use std::{collections::HashSet, time::Duration};

use aws_sdk_s3::{primitives::ByteStream, types::ChecksumAlgorithm};
use local::s3::CreationEvent;
use tokio::io::AsyncReadExt;

use super::{
    fixture::{BUCKET, KEY, S3Fixture, error_code},
    parts_upload::PartsUpload,
};

/// The checksum of other bytes than those of any test.
const OTHER_SHA256: &str = "hNiYd/DUBB77a/kay42n0IfPlSrgeZEKpBmabVrGv1g=";
const OTHER_MD5: &str = "1B2M2Y8AsgTpgAmY7PhCfg==";

#[tokio::test(flavor = "multi_thread")]
async fn an_object_comes_back_as_it_was_put() {
    let fixture = S3Fixture::start();
    let put = fixture
        .put_call(KEY, b"0123456789")
        .content_type("image/webp")
        .cache_control("immutable")
        .metadata("who", "me")
        .checksum_algorithm(ChecksumAlgorithm::Sha256)
        .send()
        .await
        .unwrap();
    assert_eq!(put.checksum_sha256(), Some("hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII="));
    assert_eq!(put.e_tag(), Some("\"781e5e245d69b566979b86e28d23f2c7\""));

    let head = fixture.head(KEY).await;
    assert_eq!(head.content_length(), Some(10));
    assert_eq!(head.content_type(), Some("image/webp"));
    assert_eq!(head.cache_control(), Some("immutable"));
    assert_eq!(head.metadata().unwrap()["who"], "me");
    let part = fixture
        .get_call(KEY)
        .range("bytes=2-4")
        .send()
        .await
        .unwrap();
    assert_eq!(part.content_range(), Some("bytes 2-4/10"));
    assert_eq!(&part.body.collect().await.unwrap().into_bytes()[..], b"234");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_is_read_in_process_with_its_attributes() {
    let fixture = S3Fixture::start();
    fixture
        .put_call(KEY, b"0123456789")
        .content_type("image/webp")
        .cache_control("immutable")
        .send()
        .await
        .unwrap();
    let mut object = fixture.server.object(BUCKET, KEY).await.unwrap().unwrap();
    let mut text = String::new();
    object.file.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "0123456789");
    assert_eq!(object.size, 10);
    assert_eq!(object.content_type.as_deref(), Some("image/webp"));
    assert_eq!(object.cache_control.as_deref(), Some("immutable"));
    assert_eq!(object.etag, "781e5e245d69b566979b86e28d23f2c7");
    for nowhere in ["not-there", "media", "../originals/a", "/etc/passwd", ""] {
        let found = fixture.server.object(BUCKET, nowhere).await.unwrap();
        assert!(found.is_none(), "{nowhere}");
    }
    assert!(fixture.server.object(".", KEY).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_key_may_do_anything() {
    let fixture = S3Fixture::start();
    fixture.put(KEY, b"secret").await;
    let unsigned = reqwest::get(format!("{}/{BUCKET}/{KEY}", fixture.endpoint))
        .await
        .unwrap();
    assert_eq!(unsigned.status(), 403);
    for (key, secret) in [("local", "another secret"), ("nobody", "secret")] {
        let client = S3Fixture::client(&fixture.endpoint, key, secret);
        let read = client.get_object().bucket(BUCKET).key(KEY).send().await;
        assert!(read.is_err(), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checksum_that_is_wrong_leaves_nothing() {
    let fixture = S3Fixture::start();
    let put = || fixture.put_call(KEY, b"these bytes");
    for call in [put().checksum_sha256(OTHER_SHA256), put().content_md5(OTHER_MD5)] {
        let refused = call.send().await.unwrap_err();
        assert_eq!(refused.raw_response().unwrap().status().as_u16(), 400);
    }
    assert!(fixture.is_absent(KEY).await);
    assert_eq!(fixture.created(), []);

    fixture.put(KEY, b"first").await;
    fixture
        .put_call(KEY, b"second")
        .checksum_sha256(OTHER_SHA256)
        .send()
        .await
        .unwrap_err();
    assert_eq!(fixture.get(BUCKET, KEY).await, b"first", "the object before it stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_make_an_object_sends_one_notification() {
    let fixture = S3Fixture::start();
    fixture.put("a/b ü+c", b"0123456789").await;
    fixture
        .copy_to_renditions("a%2Fb%20%C3%BC%2Bc", "copy")
        .await;
    assert_eq!(fixture.get("renditions", "copy").await, b"0123456789");
    let upload = PartsUpload::begin(&fixture, "parts").await;
    let parts = [upload.send_part(1, b"of one part").await];
    assert!(fixture.is_absent("parts").await, "not before it is complete");
    upload.complete(&parts).await.unwrap();

    let created = fixture.created();
    let mut seen = Vec::new();
    for object in &created {
        seen.push((object.bucket.as_str(), object.key.as_str(), object.size, object.event));
    }
    assert_eq!(
        seen,
        [
            (BUCKET, "a/b ü+c", 10, CreationEvent::Put),
            ("renditions", "copy", 10, CreationEvent::Copy),
            (BUCKET, "parts", 11, CreationEvent::CompleteMultipartUpload),
        ]
    );
    assert_eq!(created[0].etag, "781e5e245d69b566979b86e28d23f2c7");
    assert_eq!(created[1].etag, created[0].etag);
    let head = fixture.head("parts").await;
    assert_eq!(Some(format!("\"{}\"", created[2].etag).as_str()), head.e_tag());
    assert_eq!(created[2].event.name(), "ObjectCreated:CompleteMultipartUpload");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_listed_by_page_deleted_and_gone() {
    let fixture = S3Fixture::start();
    for key in ["a/1", "a/2", "b/1"] {
        fixture.put(key, b"x").await;
    }
    let list = || fixture.client.list_objects_v2().bucket(BUCKET);
    let first = list().max_keys(2).send().await.unwrap();
    assert_eq!(keys(first.contents()), ["a/1", "a/2"]);
    let token = first.next_continuation_token().unwrap();
    let rest = list().continuation_token(token).send().await.unwrap();
    assert_eq!(keys(rest.contents()), ["b/1"]);
    fixture.delete("a/1").await;
    fixture.delete("a/1").await;
    assert!(fixture.is_absent("a/1").await);
}

fn keys(objects: &[aws_sdk_s3::types::Object]) -> Vec<&str> {
    let mut keys = Vec::new();
    for object in objects {
        keys.push(object.key().unwrap());
    }
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_was_not_made_takes_no_object() {
    let fixture = S3Fixture::start();
    let refused = fixture
        .client
        .put_object()
        .bucket("not-made")
        .key("a")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap_err();
    assert_eq!(error_code(&refused), "NoSuchBucket");
}

/// Returns the bytes and the type of a version: one letter all through, which its type names.
fn version(number: u8) -> (Vec<u8>, String) {
    let letter = b'a' + number;
    (vec![letter; 200_000], format!("image/x-{}", char::from(letter)))
}

async fn put_version(fixture: &S3Fixture, number: u8) {
    let (bytes, content_type) = version(number);
    fixture
        .put_call(KEY, &bytes)
        .content_type(content_type)
        .send()
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_version_whole_while_writers_replace_it() {
    let fixture = S3Fixture::start();
    put_version(&fixture, 0).await;
    let writing = async {
        for number in 1..40 {
            put_version(&fixture, number % 26).await;
        }
    };
    let reading = async {
        let mut seen = HashSet::new();
        for _ in 0..60 {
            let object = fixture.get_call(KEY).send().await.unwrap();
            let content_type = object.content_type().unwrap().to_owned();
            let bytes = object.body.collect().await.unwrap().to_vec();
            let version_read = version(bytes[0] - b'a');
            assert!((bytes, content_type) == version_read, "the bytes or the type of another");
            seen.insert(version_read.1);
        }
        seen.len()
    };
    let ((), versions) = tokio::join!(writing, reading);
    assert!(versions > 1, "the reader met no change");
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_survive_a_restart_and_an_upload_cut_short_leaves_nothing() {
    let mut fixture = S3Fixture::start();
    fixture.put(KEY, b"kept").await;
    let url = fixture
        .presigned_put("cut", b"0123456789", Duration::from_mins(1))
        .await;
    fixture.cut_short(&url).await;
    assert!(fixture.is_absent("cut").await);
    fixture.restart();
    assert_eq!(fixture.get(BUCKET, KEY).await, b"kept");
    assert!(fixture.is_absent("cut").await);
}
