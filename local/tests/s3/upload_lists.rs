//! Lists of parts and of uploads.

use aws_sdk_s3::types::{ChecksumAlgorithm, MultipartUpload, Part};

use super::{
    fixture::{BUCKET, S3Fixture, md5, sha256},
    parts_upload::PartsUpload,
};

/// Number, size, `ETag` and checksum of a part.
type PartFacts = (i32, i64, String, String);

fn facts(part: &Part) -> PartFacts {
    let etag = part.e_tag().unwrap().trim_matches('"');
    (
        part.part_number().unwrap(),
        part.size().unwrap(),
        etag.to_owned(),
        part.checksum_sha256().unwrap().to_owned(),
    )
}

fn expected_facts(number: i32, bytes: &[u8]) -> PartFacts {
    let size = i64::try_from(bytes.len()).unwrap();
    (number, size, hex::encode(md5(bytes)), sha256(bytes))
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_listed_by_page() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, "a/1").await;
    for (number, bytes) in [(11, "eleven"), (2, "was another"), (2, "two"), (1, "one")] {
        upload.send_part(number, bytes.as_bytes()).await;
    }
    let list = || {
        fixture
            .client
            .list_parts()
            .bucket(BUCKET)
            .key("a/1")
            .upload_id(&upload.id)
            .max_parts(2)
    };
    let first = list().send().await.unwrap();
    let listed: Vec<_> = first.parts().iter().map(facts).collect();
    assert_eq!(listed, [expected_facts(1, b"one"), expected_facts(2, b"two")]);
    assert_eq!(first.is_truncated(), Some(true));
    assert_eq!(first.next_part_number_marker(), Some("2"));
    assert_eq!(first.checksum_algorithm(), Some(&ChecksumAlgorithm::Sha256));
    let rest = list().part_number_marker("2").send().await.unwrap();
    assert_eq!(rest.parts().len(), 1);
    assert_eq!(rest.parts()[0].part_number(), Some(11));
    assert_eq!(rest.is_truncated(), Some(false));
}

fn ids(uploads: &[MultipartUpload]) -> Vec<&str> {
    let mut ids = Vec::new();
    for upload in uploads {
        ids.push(upload.upload_id().unwrap());
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_listed_by_page() {
    let fixture = S3Fixture::start();
    let first = PartsUpload::begin(&fixture, "a/1").await;
    let second = PartsUpload::begin(&fixture, "a/1").await;
    let other = PartsUpload::begin(&fixture, "b/1").await;
    let list = |bucket: &str| fixture.client.list_multipart_uploads().bucket(bucket);
    let page = list(BUCKET)
        .prefix("a/")
        .max_uploads(1)
        .send()
        .await
        .unwrap();
    assert_eq!(ids(page.uploads()), [&first.id]);
    assert_eq!(page.is_truncated(), Some(true));
    let rest = list(BUCKET)
        .key_marker(page.next_key_marker().unwrap())
        .upload_id_marker(page.next_upload_id_marker().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(ids(rest.uploads()), [&second.id, &other.id]);
    assert!(rest.uploads()[0].initiated().is_some());
    let renditions = list("renditions").send().await.unwrap();
    assert!(ids(renditions.uploads()).is_empty());
}
