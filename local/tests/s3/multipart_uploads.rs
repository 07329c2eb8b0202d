//! Uploads in parts: the SDK where a function would, plain HTTP where a browser would.

use std::time::Duration;

use aws_sdk_s3::{
    error::ProvideErrorMetadata,
    operation::complete_multipart_upload::CompleteMultipartUploadOutput,
    presigning::{PresignedRequest, PresigningConfig},
    types::{
        ChecksumAlgorithm, ChecksumMode, CompletedMultipartUpload, CompletedPart, Delete,
        ObjectIdentifier,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use local::s3::{CorsRule, CreationEvent};
use sha2::{Digest, Sha256};

use super::{
    fixture::{KEY, S3Fixture},
    presigned::send,
};

/// S3's least size of a part that is not the last.
const LEAST: usize = 5 * 1024 * 1024;

/// An upload in `originals`.
struct PartsUpload<'a> {
    fixture: &'a S3Fixture,
    key: &'a str,
    id: String,
}

fn letters(letter: u8, size: usize) -> Vec<u8> {
    vec![letter; size]
}

fn sha256(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

impl<'a> PartsUpload<'a> {
    async fn begin(fixture: &'a S3Fixture, key: &'a str) -> Self {
        let create = fixture
            .client
            .create_multipart_upload()
            .bucket("originals")
            .key(key)
            .content_type("image/png");
        let create = create
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata("who", "me");
        let id = create.send().await.unwrap().upload_id().unwrap().to_owned();
        Self { fixture, key, id }
    }

    /// A URL for exactly these bytes.
    async fn presigned(&self, number: i32, bytes: &[u8]) -> PresignedRequest {
        let part = self
            .fixture
            .client
            .upload_part()
            .bucket("originals")
            .key(self.key)
            .upload_id(&self.id);
        let part = part
            .part_number(number)
            .content_length(i64::try_from(bytes.len()).unwrap());
        let minute = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
        part.checksum_sha256(sha256(bytes))
            .presigned(minute)
            .await
            .unwrap()
    }

    /// Sends a part, and returns what completes it.
    async fn part(&self, number: i32, bytes: &[u8]) -> CompletedPart {
        let taken = send(&self.presigned(number, bytes).await, bytes.to_vec(), &[]).await;
        assert_eq!(taken.status(), 200);
        let etag = taken.headers()["etag"].to_str().unwrap().to_owned();
        CompletedPart::builder()
            .part_number(number)
            .e_tag(etag)
            .checksum_sha256(sha256(bytes))
            .build()
    }

    /// Completes it, if nothing is there; the error is S3's code.
    async fn complete(
        &self,
        parts: &[CompletedPart],
    ) -> Result<CompleteMultipartUploadOutput, String> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.to_vec()))
            .build();
        let complete = self
            .fixture
            .client
            .complete_multipart_upload()
            .bucket("originals")
            .key(self.key);
        let complete = complete
            .upload_id(&self.id)
            .multipart_upload(parts)
            .if_none_match("*");
        complete.send().await.map_err(|refused| {
            refused
                .into_service_error()
                .code()
                .unwrap_or("none")
                .to_owned()
        })
    }

    /// Numbers and sizes of its parts.
    async fn listed(&self) -> Vec<(i32, i64)> {
        let list = self
            .fixture
            .client
            .list_parts()
            .bucket("originals")
            .key(self.key)
            .upload_id(&self.id);
        let list = list.send().await.unwrap();
        list.parts()
            .iter()
            .map(|part| (part.part_number().unwrap(), part.size().unwrap()))
            .collect()
    }

    async fn abort(&self) -> Result<(), String> {
        let abort = self
            .fixture
            .client
            .abort_multipart_upload()
            .bucket("originals")
            .key(self.key)
            .upload_id(&self.id);
        let aborted = abort.send().await;
        aborted.map(drop).map_err(|refused| {
            refused
                .into_service_error()
                .code()
                .unwrap_or("none")
                .to_owned()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_sent_to_presigned_urls_become_one_object_that_is_told_once() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let (first, last) = (letters(b'a', LEAST), letters(b'b', 3));
    // In any order.
    let end = sent.part(2, &last).await;
    let parts = [sent.part(1, &first).await, end];
    assert!(fixture.is_absent("originals", KEY).await, "not before it is complete");
    let done = sent.complete(&parts).await.unwrap();

    let md5s = [md5(&first), md5(&last)].concat();
    let etag = format!("\"{}-2\"", hex::encode(md5(&md5s)));
    let sums = [Sha256::digest(&first), Sha256::digest(&last)].concat();
    let sum = format!("{}-2", sha256(&sums));
    assert_eq!((done.e_tag(), done.checksum_sha256()), (Some(etag.as_str()), Some(sum.as_str())));
    let head = fixture.client.head_object().bucket("originals").key(KEY);
    let head = head
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!((head.e_tag(), head.checksum_sha256()), (Some(etag.as_str()), Some(sum.as_str())));
    assert_eq!((head.content_type(), head.content_length()), (Some("image/png"), Some(5_242_883)));
    assert_eq!(
        (head.checksum_type().unwrap().as_str(), head.metadata().unwrap()["who"].as_str()),
        ("COMPOSITE", "me")
    );
    assert_eq!(fixture.get("originals", KEY).await, [first, last].concat());

    let created = fixture.created();
    assert_eq!(created.len(), 1);
    assert_eq!(
        (created[0].event, created[0].size),
        (CreationEvent::CompleteMultipartUpload, 5_242_883)
    );
    assert_eq!(format!("\"{}\"", created[0].etag), etag);
    assert_eq!(sent.complete(&parts).await.unwrap_err(), "NoSuchUpload", "it is done");
    assert_eq!(sent.abort().await.unwrap_err(), "NoSuchUpload");
    assert_eq!(fixture.created().len(), 1);
    assert_eq!(fixture.kept_for_uploads(), 0, "the space of its parts is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_with_other_bytes_or_another_size_is_refused() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let put = sent.presigned(1, b"0123456789").await;
    assert!(
        put.uri()
            .contains("X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-checksum-sha256"),
        "{}",
        put.uri()
    );
    let other = sha256(b"9876543210");
    for (what, body, replace, status) in [
        ("other bytes", &b"9876543210"[..], &[][..], 400),
        ("longer", b"0123456789a", &[], 403),
        ("shorter", b"012345678", &[], 403),
        (
            "another checksum",
            b"9876543210",
            &[("x-amz-checksum-sha256", Some(other.as_str()))],
            403,
        ),
        ("no checksum", b"9876543210", &[("x-amz-checksum-sha256", None)], 403),
    ] {
        let refused = send(&put, body.to_vec(), replace).await;
        assert_eq!(refused.status(), status, "{what}");
        assert_eq!(sent.listed().await, [], "{what} left something");
    }
    let another = put.uri().replace("partNumber=1", "partNumber=2");
    assert_eq!(
        reqwest::Client::new()
            .put(another)
            .body("0123456789")
            .send()
            .await
            .unwrap()
            .status(),
        403
    );
    assert_eq!(
        send(&put, b"0123456789".to_vec(), &[]).await.status(),
        200,
        "and the right one is still taken"
    );
    assert_eq!(sent.listed().await, [(1, 10)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_upload_that_is_not_there_or_not_its_own_is_refused() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let put = async |key: &str, id: &str, number: i32| {
        let part = fixture
            .client
            .upload_part()
            .bucket("originals")
            .key(key)
            .upload_id(id)
            .part_number(number);
        let refused = part.body(b"x".to_vec().into()).send().await.unwrap_err();
        refused
            .into_service_error()
            .code()
            .unwrap_or("none")
            .to_owned()
    };
    assert_eq!(put("another-key", &sent.id, 1).await, "NoSuchUpload");
    assert_eq!(put(KEY, "0193b1a2-c3d4-7e5f-8071-8293a4b5c6d7", 1).await, "NoSuchUpload");
    assert_eq!(put(KEY, "../upload", 1).await, "NoSuchUpload");
    assert_eq!(put(KEY, &sent.id, 10_001).await, "InvalidArgument");
    assert_eq!(put(KEY, &sent.id, 0).await, "InvalidArgument");
    // The SDK sends a CRC32 when nothing is said, which is not what this upload was begun with.
    assert_eq!(put(KEY, &sent.id, 1).await, "InvalidRequest");
    assert_eq!(sent.listed().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_is_wrong_changes_nothing() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let small = PartsUpload::begin(&fixture, "small").await;
    let small_parts = [small.part(1, b"one").await, small.part(2, b"two").await];
    let parts = [sent.part(1, &letters(b'a', LEAST)).await, sent.part(2, b"end").await];
    let absent = CompletedPart::builder()
        .part_number(3)
        .e_tag("\"0\"")
        .checksum_sha256(sha256(b"end"))
        .build();
    let other_etag = CompletedPart::builder()
        .part_number(2)
        .e_tag(parts[0].e_tag().unwrap());
    let other_etag = other_etag.checksum_sha256(sha256(b"end")).build();
    let other_sum = CompletedPart::builder()
        .part_number(2)
        .e_tag(parts[1].e_tag().unwrap());
    let no_sum = other_sum.clone().build();
    let other_sum = other_sum.checksum_sha256(sha256(b"other")).build();
    for (what, list, code) in [
        (
            "a part that is not there",
            vec![parts[0].clone(), parts[1].clone(), absent],
            "InvalidPart",
        ),
        ("another ETag", vec![parts[0].clone(), other_etag], "InvalidPart"),
        ("another checksum", vec![parts[0].clone(), other_sum], "InvalidPart"),
        ("no checksum", vec![parts[0].clone(), no_sum], "InvalidRequest"),
        ("the wrong order", vec![parts[1].clone(), parts[0].clone()], "InvalidPartOrder"),
        ("a part twice", vec![parts[0].clone(), parts[0].clone()], "InvalidPartOrder"),
        ("a gap", vec![parts[1].clone()], "InvalidPartOrder"),
        ("nothing", vec![], "MalformedXML"),
    ] {
        assert_eq!(sent.complete(&list).await.unwrap_err(), code, "{what}");
        assert!(fixture.is_absent("originals", KEY).await, "{what}");
        assert_eq!(sent.listed().await.len(), 2, "{what}");
    }
    assert_eq!(small.complete(&small_parts).await.unwrap_err(), "EntityTooSmall");
    fixture.put("originals", KEY, b"was here first").await;
    assert_eq!(sent.complete(&parts).await.unwrap_err(), "PreconditionFailed");
    assert_eq!(fixture.get("originals", KEY).await, b"was here first");
    fixture
        .client
        .delete_object()
        .bucket("originals")
        .key(KEY)
        .send()
        .await
        .unwrap();
    sent.complete(&parts).await.unwrap();
    let events: Vec<_> = fixture
        .created()
        .iter()
        .map(|object| object.event)
        .collect();
    assert_eq!(events, [CreationEvent::Put, CreationEvent::CompleteMultipartUpload]);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_and_uploads_are_listed_by_page() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, "a/1").await;
    for (number, bytes) in [(11, "eleven"), (2, "was another"), (2, "two"), (1, "one")] {
        sent.part(number, bytes.as_bytes()).await;
    }
    let list = || {
        fixture
            .client
            .list_parts()
            .bucket("originals")
            .key("a/1")
            .upload_id(&sent.id)
            .max_parts(2)
    };
    let page = list().send().await.unwrap();
    let seen: Vec<_> = page
        .parts()
        .iter()
        .map(|part| {
            let etag = part.e_tag().unwrap().trim_matches('"').to_owned();
            (
                part.part_number().unwrap(),
                part.size().unwrap(),
                etag,
                part.checksum_sha256().unwrap().to_owned(),
            )
        })
        .collect();
    let expected = |number, bytes: &str| {
        (
            number,
            i64::try_from(bytes.len()).unwrap(),
            hex::encode(md5(bytes.as_bytes())),
            sha256(bytes.as_bytes()),
        )
    };
    assert_eq!(seen, [expected(1, "one"), expected(2, "two")]);
    assert_eq!((page.is_truncated(), page.next_part_number_marker()), (Some(true), Some("2")));
    assert_eq!(page.checksum_algorithm(), Some(&ChecksumAlgorithm::Sha256));
    let rest = list().part_number_marker("2").send().await.unwrap();
    assert_eq!(
        (rest.parts().len(), rest.parts()[0].part_number(), rest.is_truncated()),
        (1, Some(11), Some(false))
    );

    let (second, other) =
        (PartsUpload::begin(&fixture, "a/1").await, PartsUpload::begin(&fixture, "b/1").await);
    let list = || fixture.client.list_multipart_uploads().bucket("originals");
    let page = list().prefix("a/").max_uploads(1).send().await.unwrap();
    let ids = |uploads: &[aws_sdk_s3::types::MultipartUpload]| {
        uploads
            .iter()
            .map(|upload| upload.upload_id().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!((ids(page.uploads()), page.is_truncated()), (vec![sent.id.clone()], Some(true)));
    let next = list().key_marker(page.next_key_marker().unwrap());
    let rest = next
        .upload_id_marker(page.next_upload_id_marker().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(ids(rest.uploads()), [second.id.clone(), other.id.clone()]);
    assert!(rest.uploads()[0].initiated().is_some());
    let renditions = fixture
        .client
        .list_multipart_uploads()
        .bucket("renditions")
        .send()
        .await
        .unwrap();
    assert_eq!(ids(renditions.uploads()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_survive_a_restart_and_aborted_ones_free_their_space() {
    let mut fixture = S3Fixture::start();
    let id = {
        let sent = PartsUpload::begin(&fixture, KEY).await;
        sent.part(1, &letters(b'a', LEAST)).await;
        let url = sent.presigned(2, b"0123456789").await;
        fixture.cut_short(&url).await;
        sent.id
    };
    fixture.restart();
    fixture.server.recover().await.unwrap();
    let sent = PartsUpload { fixture: &fixture, key: KEY, id };
    assert_eq!(sent.listed().await, [(1, 5_242_880)], "a part that was cut short is none");
    assert!(fixture.kept_for_uploads() >= 5_242_880);
    let url = sent.presigned(2, b"end").await;
    sent.abort().await.unwrap();
    assert_eq!(fixture.kept_for_uploads(), 0);
    assert_eq!(send(&url, b"end".to_vec(), &[]).await.status(), 404);
    let parts = [CompletedPart::builder()
        .part_number(1)
        .e_tag("\"0\"")
        .checksum_sha256("0")
        .build()];
    assert_eq!(sent.complete(&parts).await.unwrap_err(), "NoSuchUpload");
    assert_eq!(fixture.created(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_uploads_of_one_key_know_nothing_of_each_other() {
    let fixture = S3Fixture::start();
    let (one, two) =
        (PartsUpload::begin(&fixture, KEY).await, PartsUpload::begin(&fixture, KEY).await);
    let (first, second) = tokio::join!(one.part(1, b"of one"), two.part(1, b"of two"));
    let (first, second) = ([first], [second]);
    assert_eq!(one.complete(&second).await.unwrap_err(), "InvalidPart");
    let (done, also) = tokio::join!(one.complete(&first), two.complete(&second));
    let (won, lost) = if done.is_ok() { (b"of one", also) } else { (b"of two", done) };
    assert_eq!(lost.unwrap_err(), "PreconditionFailed", "one of them finds the other's object");
    assert_eq!(fixture.get("originals", KEY).await, won);
    assert_eq!(fixture.created().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_parts_is_read_in_ranges_copied_and_deleted() {
    let fixture = S3Fixture::start();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let parts = [sent.part(1, &letters(b'a', LEAST)).await, sent.part(2, b"0123456789").await];
    sent.complete(&parts).await.unwrap();
    for (range, expected) in
        [("bytes=5242878-5242881", "aa01"), ("bytes=-3", "789"), ("bytes=5242888-", "89")]
    {
        let read = fixture
            .client
            .get_object()
            .bucket("originals")
            .key(KEY)
            .range(range)
            .send()
            .await
            .unwrap();
        assert_eq!(read.body.collect().await.unwrap().into_bytes(), expected, "{range}");
    }
    fixture.put("originals", "short", b"0123456789").await;
    let all = fixture
        .client
        .get_object()
        .bucket("originals")
        .key("short")
        .range("bytes=-100")
        .send()
        .await
        .unwrap();
    assert_eq!(all.body.collect().await.unwrap().into_bytes(), "0123456789");
    let beyond = fixture
        .client
        .get_object()
        .bucket("originals")
        .key(KEY)
        .range("bytes=5242890-")
        .send()
        .await;
    assert_eq!(beyond.unwrap_err().into_service_error().code(), Some("InvalidRange"));

    let whole = [letters(b'a', LEAST), b"0123456789".to_vec()].concat();
    let copy = fixture
        .client
        .copy_object()
        .bucket("renditions")
        .key("copy")
        .copy_source(format!("originals/{KEY}"));
    copy.send().await.unwrap();
    let head = || {
        fixture
            .client
            .head_object()
            .bucket("renditions")
            .key("copy")
    };
    let with_sum = head()
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(with_sum.checksum_sha256(), Some(sha256(&whole).as_str()), "of one piece");
    assert_eq!(with_sum.content_type(), Some("image/png"));
    assert_eq!(
        head().send().await.unwrap().checksum_sha256(),
        None,
        "a checksum is for those who ask"
    );

    let ids = ["copy", "nothing"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let delete = Delete::builder()
        .set_objects(Some(ids.into()))
        .build()
        .unwrap();
    let deleted = fixture
        .client
        .delete_objects()
        .bucket("renditions")
        .delete(delete)
        .send()
        .await
        .unwrap();
    assert_eq!((deleted.deleted().len(), deleted.errors().len()), (2, 0));
    assert!(
        head()
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_not_found()
    );
    let folder = fixture
        .client
        .head_object()
        .bucket("originals")
        .key("media")
        .send()
        .await;
    assert!(
        folder.unwrap_err().into_service_error().is_not_found(),
        "keys below it do not make it an object"
    );
    fixture
        .client
        .delete_object()
        .bucket("originals")
        .key("media")
        .send()
        .await
        .unwrap();
    assert_eq!(fixture.get("originals", KEY).await.len(), whole.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_may_send_a_part_and_read_its_etag() {
    let fixture = S3Fixture::start();
    let rule = r#"{"AllowedOrigins":["http://localhost:8080"],"AllowedMethods":["PUT"],
        "AllowedHeaders":["x-amz-checksum-sha256"],"ExposedHeaders":["ETag"]}"#;
    let rule: CorsRule = serde_json::from_str(rule).unwrap();
    fixture
        .server
        .ensure_bucket("originals", vec![rule])
        .unwrap();
    let sent = PartsUpload::begin(&fixture, KEY).await;
    let put = sent.presigned(1, b"bytes").await;
    let client = reqwest::Client::new();
    let preflight = client
        .request(reqwest::Method::OPTIONS, put.uri())
        .header("origin", "http://localhost:8080");
    let preflight = preflight.header("access-control-request-method", "PUT");
    let preflight = preflight
        .header("access-control-request-headers", "x-amz-checksum-sha256")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.status(), 200);
    let sum = sha256(b"bytes");
    let part = client
        .put(put.uri())
        .header("origin", "http://localhost:8080")
        .header("x-amz-checksum-sha256", sum);
    let part = part.body("bytes").send().await.unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()["access-control-expose-headers"]),
        (200, &"ETag".parse().unwrap())
    );
    assert_eq!(part.headers()["etag"], format!("\"{}\"", hex::encode(md5(b"bytes"))));
}

fn md5(bytes: &[u8]) -> [u8; 16] {
    md5::Md5::digest(bytes).into()
}
