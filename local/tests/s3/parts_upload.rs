//! An upload in parts: the SDK where a function would, plain HTTP where a browser would.

use std::time::Duration;

use aws_sdk_s3::{
    operation::complete_multipart_upload::CompleteMultipartUploadOutput,
    presigning::{PresignedRequest, PresigningConfig},
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};

use super::{
    fixture::{BUCKET, S3Fixture, error_code, sha256},
    presigned::send,
};

/// S3's least size of a part that is not the last.
pub const MIN_PART_SIZE: usize = 5 * 1024 * 1024;

/// An upload with SHA-256 of its parts, in the bucket of most tests.
pub struct PartsUpload<'a> {
    pub fixture: &'a S3Fixture,
    pub key: &'a str,
    pub id: String,
}

/// Returns bytes of one letter.
pub fn letters(letter: u8, size: usize) -> Vec<u8> {
    vec![letter; size]
}

/// Returns the entry of a part in the request that completes its upload.
pub fn completed_part(number: i32, etag: &str, sha256: Option<String>) -> CompletedPart {
    CompletedPart::builder()
        .part_number(number)
        .e_tag(etag)
        .set_checksum_sha256(sha256)
        .build()
}

impl<'a> PartsUpload<'a> {
    pub async fn begin(fixture: &'a S3Fixture, key: &'a str) -> Self {
        let created = fixture
            .client
            .create_multipart_upload()
            .bucket(BUCKET)
            .key(key)
            .content_type("image/png")
            .checksum_algorithm(ChecksumAlgorithm::Sha256)
            .metadata("who", "me")
            .send()
            .await
            .unwrap();
        Self { fixture, key, id: created.upload_id().unwrap().to_owned() }
    }

    /// Returns a URL for exactly these bytes.
    pub async fn presigned(&self, number: i32, bytes: &[u8]) -> PresignedRequest {
        let one_minute = PresigningConfig::expires_in(Duration::from_mins(1)).unwrap();
        self.fixture
            .client
            .upload_part()
            .bucket(BUCKET)
            .key(self.key)
            .upload_id(&self.id)
            .part_number(number)
            .content_length(i64::try_from(bytes.len()).unwrap())
            .checksum_sha256(sha256(bytes))
            .presigned(one_minute)
            .await
            .unwrap()
    }

    /// Sends a part, and returns its entry in the request that completes the upload.
    pub async fn send_part(&self, number: i32, bytes: &[u8]) -> CompletedPart {
        let url = self.presigned(number, bytes).await;
        let response = send(&url, bytes, &[]).await;
        assert_eq!(response.status(), 200);
        let etag = response.headers()["etag"].to_str().unwrap();
        completed_part(number, etag, Some(sha256(bytes)))
    }

    /// Completes the upload, if nothing is there; the error is S3's code.
    pub async fn complete(
        &self,
        parts: &[CompletedPart],
    ) -> Result<CompleteMultipartUploadOutput, String> {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.to_vec()))
            .build();
        self.fixture
            .client
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key(self.key)
            .upload_id(&self.id)
            .multipart_upload(parts)
            .if_none_match("*")
            .send()
            .await
            .map_err(|refused| error_code(&refused))
    }

    /// Returns the numbers and sizes of its parts.
    pub async fn listed_parts(&self) -> Vec<(i32, i64)> {
        let list = self
            .fixture
            .client
            .list_parts()
            .bucket(BUCKET)
            .key(self.key)
            .upload_id(&self.id)
            .send()
            .await
            .unwrap();
        let mut parts = Vec::new();
        for part in list.parts() {
            parts.push((part.part_number().unwrap(), part.size().unwrap()));
        }
        parts
    }

    /// Aborts the upload; the error is S3's code.
    pub async fn abort(&self) -> Result<(), String> {
        let aborted = self
            .fixture
            .client
            .abort_multipart_upload()
            .bucket(BUCKET)
            .key(self.key)
            .upload_id(&self.id)
            .send()
            .await;
        match aborted {
            Ok(_) => Ok(()),
            Err(refused) => Err(error_code(&refused)),
        }
    }
}
