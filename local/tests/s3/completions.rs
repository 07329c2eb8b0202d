//! Parts that become an object, and requests that are refused.

use aws_sdk_s3::types::ChecksumMode;
use local::s3::CreationEvent;
use reqwest::Client;
use sha2::{Digest, Sha256};

use super::{
    fixture::{BUCKET, KEY, S3Fixture, error_code, md5, sha256},
    parts_upload::{MIN_PART_SIZE, PartsUpload, completed_part, letters},
    presigned::send,
};

#[tokio::test(flavor = "multi_thread")]
async fn parts_sent_to_presigned_urls_become_one_object_with_one_notification() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let first = letters(b'a', MIN_PART_SIZE);
    let last = letters(b'b', 3);
    // In any order.
    let last_part = upload.send_part(2, &last).await;
    let parts = [upload.send_part(1, &first).await, last_part];
    assert!(fixture.is_absent(KEY).await, "not before it is complete");
    let completed = upload.complete(&parts).await.unwrap();

    let md5_of_md5s = md5(&[md5(&first), md5(&last)].concat());
    let etag = format!("\"{}-2\"", hex::encode(md5_of_md5s));
    let sums = [Sha256::digest(&first), Sha256::digest(&last)].concat();
    let composite_sum = format!("{}-2", sha256(&sums));
    assert_eq!(completed.e_tag(), Some(etag.as_str()));
    assert_eq!(completed.checksum_sha256(), Some(composite_sum.as_str()));
    let head = fixture
        .head_call(BUCKET, KEY)
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(head.e_tag(), Some(etag.as_str()));
    assert_eq!(head.checksum_sha256(), Some(composite_sum.as_str()));
    assert_eq!(head.checksum_type().unwrap().as_str(), "COMPOSITE");
    assert_eq!(head.content_type(), Some("image/png"));
    assert_eq!(head.content_length(), Some(5_242_883));
    assert_eq!(head.metadata().unwrap()["who"], "me");
    assert_eq!(fixture.get(BUCKET, KEY).await, [first, last].concat());

    let created = fixture.created();
    assert_eq!(created.len(), 1);
    assert_eq!(created[0].event, CreationEvent::CompleteMultipartUpload);
    assert_eq!(created[0].size, 5_242_883);
    assert_eq!(format!("\"{}\"", created[0].etag), etag);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_completed_is_gone() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let parts = [upload.send_part(1, b"one").await];
    upload.complete(&parts).await.unwrap();
    assert_eq!(upload.complete(&parts).await.unwrap_err(), "NoSuchUpload");
    assert_eq!(upload.abort().await.unwrap_err(), "NoSuchUpload");
    assert_eq!(fixture.created().len(), 1);
    assert_eq!(fixture.kept_for_uploads(), 0, "the space of its parts is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_with_other_bytes_or_another_size_is_refused() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let put = upload.presigned(1, b"0123456789").await;
    let signed_headers = "X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-checksum-sha256";
    assert!(put.uri().contains(signed_headers), "{}", put.uri());
    let other_sum = sha256(b"9876543210");
    let other_checksum = [("x-amz-checksum-sha256", Some(other_sum.as_str()))];
    let no_checksum = [("x-amz-checksum-sha256", None)];
    for (what, body, replaced_headers, status) in [
        ("other bytes", &b"9876543210"[..], &[][..], 400),
        ("longer", b"0123456789a", &[], 403),
        ("shorter", b"012345678", &[], 403),
        ("another checksum", b"9876543210", &other_checksum, 403),
        ("no checksum", b"9876543210", &no_checksum, 403),
    ] {
        let refused = send(&put, body, replaced_headers).await;
        assert_eq!(refused.status(), status, "{what}");
        assert_eq!(upload.listed_parts().await, [], "{what} left something");
    }
    let another_number = put.uri().replace("partNumber=1", "partNumber=2");
    let refused = Client::new()
        .put(another_number)
        .body("0123456789")
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
    let right = send(&put, b"0123456789", &[]).await;
    assert_eq!(right.status(), 200, "and the right one is still taken");
    assert_eq!(upload.listed_parts().await, [(1, 10)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_an_upload_that_is_not_there_or_not_its_own_is_refused() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let unknown_id = "0193b1a2-c3d4-7e5f-8071-8293a4b5c6d7";
    for (key, id, number, code) in [
        ("another-key", upload.id.as_str(), 1, "NoSuchUpload"),
        (KEY, unknown_id, 1, "NoSuchUpload"),
        (KEY, "../upload", 1, "NoSuchUpload"),
        (KEY, &upload.id, 10_001, "InvalidArgument"),
        (KEY, &upload.id, 0, "InvalidArgument"),
        // The SDK sends a CRC32 when the call names none, and this upload was begun with another.
        (KEY, &upload.id, 1, "InvalidRequest"),
    ] {
        let refused = fixture
            .client
            .upload_part()
            .bucket(BUCKET)
            .key(key)
            .upload_id(id)
            .part_number(number)
            .body(b"x".to_vec().into())
            .send()
            .await
            .unwrap_err();
        assert_eq!(error_code(&refused), code, "{key} {id} {number}");
    }
    assert_eq!(upload.listed_parts().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_is_wrong_changes_nothing() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let first = upload.send_part(1, &letters(b'a', MIN_PART_SIZE)).await;
    let last = upload.send_part(2, b"end").await;
    let first_etag = first.e_tag().unwrap();
    let last_etag = last.e_tag().unwrap();
    let end_sum = Some(sha256(b"end"));
    let absent = completed_part(3, "\"0\"", end_sum.clone());
    let other_etag = completed_part(2, first_etag, end_sum);
    let other_sum = completed_part(2, last_etag, Some(sha256(b"other")));
    let no_sum = completed_part(2, last_etag, None);
    for (what, list, code) in [
        ("a part that is not there", vec![&first, &last, &absent], "InvalidPart"),
        ("another ETag", vec![&first, &other_etag], "InvalidPart"),
        ("another checksum", vec![&first, &other_sum], "InvalidPart"),
        ("no checksum", vec![&first, &no_sum], "InvalidRequest"),
        ("the wrong order", vec![&last, &first], "InvalidPartOrder"),
        ("a part twice", vec![&first, &first], "InvalidPartOrder"),
        ("a gap", vec![&last], "InvalidPartOrder"),
        ("nothing", vec![], "MalformedXML"),
    ] {
        let parts: Vec<_> = list.into_iter().cloned().collect();
        assert_eq!(upload.complete(&parts).await.unwrap_err(), code, "{what}");
        assert!(fixture.is_absent(KEY).await, "{what}");
        assert_eq!(upload.listed_parts().await.len(), 2, "{what}");
    }
    upload.complete(&[first, last]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_but_the_last_have_a_least_size() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let parts = [upload.send_part(1, b"one").await, upload.send_part(2, b"two").await];
    assert_eq!(upload.complete(&parts).await.unwrap_err(), "EntityTooSmall");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_must_not_replace_an_object_waits_until_it_is_gone() {
    let fixture = S3Fixture::start();
    let upload = PartsUpload::begin(&fixture, KEY).await;
    let parts = [upload.send_part(1, b"one").await];
    fixture.put(KEY, b"was here first").await;
    assert_eq!(upload.complete(&parts).await.unwrap_err(), "PreconditionFailed");
    assert_eq!(fixture.get(BUCKET, KEY).await, b"was here first");
    fixture.delete(KEY).await;
    upload.complete(&parts).await.unwrap();
    let created = fixture.created();
    assert_eq!(created.len(), 2);
    assert_eq!(created[0].event, CreationEvent::Put);
    assert_eq!(created[1].event, CreationEvent::CompleteMultipartUpload);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_uploads_of_one_key_are_apart() {
    let fixture = S3Fixture::start();
    let one = PartsUpload::begin(&fixture, KEY).await;
    let two = PartsUpload::begin(&fixture, KEY).await;
    let (first_part, second_part) =
        tokio::join!(one.send_part(1, b"of one"), two.send_part(1, b"of two"));
    let list_of_one = [first_part];
    let list_of_two = [second_part];
    assert_eq!(one.complete(&list_of_two).await.unwrap_err(), "InvalidPart");
    let (first, second) = tokio::join!(one.complete(&list_of_one), two.complete(&list_of_two));
    let (expected, refused) = if first.is_ok() { (b"of one", second) } else { (b"of two", first) };
    assert_eq!(refused.unwrap_err(), "PreconditionFailed", "one finds the other's object");
    assert_eq!(fixture.get(BUCKET, KEY).await, expected);
    assert_eq!(fixture.created().len(), 1);
}
