//! Objects that came in parts, and uploads over a restart.

use aws_sdk_s3::types::{ChecksumMode, Delete, ObjectIdentifier};

use super::{
    fixture::{BUCKET, KEY, S3Fixture, error_code, sha256},
    parts_upload::{MIN_PART_SIZE, PartsUpload, completed_part, letters},
    presigned::send,
};

/// Makes an object of two parts: letters, then ten digits.
async fn put_in_parts(fixture: &S3Fixture) -> Vec<u8> {
    let upload = PartsUpload::begin(fixture, KEY).await;
    let first = letters(b'a', MIN_PART_SIZE);
    let last = b"0123456789".to_vec();
    let parts = [upload.send_part(1, &first).await, upload.send_part(2, &last).await];
    upload.complete(&parts).await.unwrap();
    [first, last].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_parts_is_read_in_ranges() {
    let fixture = S3Fixture::start();
    put_in_parts(&fixture).await;
    for (range, expected) in
        [("bytes=5242878-5242881", "aa01"), ("bytes=-3", "789"), ("bytes=5242888-", "89")]
    {
        assert_eq!(fixture.get_range(KEY, range).await, expected, "{range}");
    }
    let beyond = fixture.get_call(KEY).range("bytes=5242890-").send().await;
    assert_eq!(error_code(&beyond.unwrap_err()), "InvalidRange");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suffix_that_is_longer_than_the_object_is_all_of_it() {
    let fixture = S3Fixture::start();
    fixture.put("short", b"0123456789").await;
    assert_eq!(fixture.get_range("short", "bytes=-100").await, "0123456789");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_copy_of_an_object_of_parts_is_one_piece() {
    let fixture = S3Fixture::start();
    let whole = put_in_parts(&fixture).await;
    fixture.copy_to_renditions(KEY, "copy").await;
    let head = fixture
        .head_call("renditions", "copy")
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(head.checksum_sha256(), Some(sha256(&whole).as_str()));
    assert_eq!(head.content_type(), Some("image/png"));
    let without_mode = fixture
        .head_call("renditions", "copy")
        .send()
        .await
        .unwrap();
    assert_eq!(without_mode.checksum_sha256(), None, "a checksum is for callers that ask");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_objects_are_deleted_at_once_and_folders_are_none() {
    let fixture = S3Fixture::start();
    let whole = put_in_parts(&fixture).await;
    fixture.copy_to_renditions(KEY, "copy").await;
    let mut keys = Vec::new();
    for key in ["copy", "nothing"] {
        keys.push(ObjectIdentifier::builder().key(key).build().unwrap());
    }
    let delete = Delete::builder().set_objects(Some(keys)).build().unwrap();
    let deleted = fixture
        .client
        .delete_objects()
        .bucket("renditions")
        .delete(delete)
        .send()
        .await
        .unwrap();
    assert_eq!((deleted.deleted().len(), deleted.errors().len()), (2, 0));
    // Keys below it do not make a folder an object.
    for (bucket, key) in [("renditions", "copy"), (BUCKET, "media")] {
        let missing = fixture.head_call(bucket, key).send().await.unwrap_err();
        assert!(missing.into_service_error().is_not_found(), "{key}");
    }
    fixture.delete("media").await;
    assert_eq!(fixture.get(BUCKET, KEY).await.len(), whole.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_survive_a_restart_and_aborted_ones_free_their_space() {
    let mut fixture = S3Fixture::start();
    let id = {
        let upload = PartsUpload::begin(&fixture, KEY).await;
        upload.send_part(1, &letters(b'a', MIN_PART_SIZE)).await;
        let url = upload.presigned(2, b"0123456789").await;
        fixture.cut_short(&url).await;
        upload.id
    };
    fixture.restart();
    fixture.server.recover().await.unwrap();
    let upload = PartsUpload { fixture: &fixture, key: KEY, id };
    assert_eq!(upload.listed_parts().await, [(1, 5_242_880)], "a part cut short is none");
    assert!(fixture.kept_for_uploads() >= 5_242_880);
    let url = upload.presigned(2, b"end").await;
    upload.abort().await.unwrap();
    assert_eq!(fixture.kept_for_uploads(), 0);
    assert_eq!(send(&url, b"end", &[]).await.status(), 404);
    let parts = [completed_part(1, "\"0\"", Some("0".to_owned()))];
    assert_eq!(upload.complete(&parts).await.unwrap_err(), "NoSuchUpload");
    assert_eq!(fixture.created(), []);
}
