//! S3's multipart uploads, for every bucket that objects are written to in parts.

use aws_sdk_s3::{
    Client,
    error::ProvideErrorMetadata,
    operation::{
        complete_multipart_upload::builders::CompleteMultipartUploadFluentBuilder,
        create_multipart_upload::builders::CreateMultipartUploadFluentBuilder,
    },
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;

use crate::error::{Of, Result};

/// The multipart uploads of one bucket.
#[derive(Clone, Copy)]
pub(super) struct MultipartUploads<'a> {
    pub client: &'a Client,
    pub bucket: &'a str,
    /// The bucket's name in errors.
    pub service: &'static str,
}

impl MultipartUploads<'_> {
    /// Returns the request that begins an upload to this key, for [`Self::begin`].
    pub fn create(self, key: &str) -> CreateMultipartUploadFluentBuilder {
        self.client
            .create_multipart_upload()
            .bucket(self.bucket)
            .key(key)
    }

    /// Begins an upload; returns S3's id of it.
    pub async fn begin(self, create: CreateMultipartUploadFluentBuilder) -> Result<String> {
        let begun = create.send().await.of(self.service)?;
        begun
            .upload_id
            .ok_or("an upload without an id")
            .of(self.service)
    }

    /// Sends the part with this number, from 1, with its CRC-32.
    pub async fn send_part(
        self,
        key: &str,
        upload: &str,
        number: i32,
        bytes: Bytes,
    ) -> Result<CompletedPart> {
        let sent = self
            .client
            .upload_part()
            .bucket(self.bucket)
            .key(key)
            .upload_id(upload)
            .part_number(number)
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .of(self.service)?;
        let part = CompletedPart::builder()
            .part_number(number)
            .set_e_tag(sent.e_tag)
            .set_checksum_crc32(sent.checksum_crc32)
            .build();
        Ok(part)
    }

    /// Returns the request that makes the object of its parts.
    pub fn complete(
        self,
        key: &str,
        upload: &str,
        parts: Vec<CompletedPart>,
    ) -> CompleteMultipartUploadFluentBuilder {
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts))
            .build();
        self.client
            .complete_multipart_upload()
            .bucket(self.bucket)
            .key(key)
            .upload_id(upload)
            .multipart_upload(parts)
    }

    /// Has S3 forget an upload. One that it does not know is forgotten already.
    pub async fn abort(self, key: &str, upload: &str) -> Result<()> {
        let aborted = self
            .client
            .abort_multipart_upload()
            .bucket(self.bucket)
            .key(key)
            .upload_id(upload)
            .send()
            .await;
        match aborted {
            Err(error) if error.code() != Some("NoSuchUpload") => Err(error).of(self.service),
            _ => Ok(()),
        }
    }
}
