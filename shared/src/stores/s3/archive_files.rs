//! The files of archived activity.

use std::{ops::Range, time::Duration};

use aws_sdk_s3::{
    Client,
    config::timeout::TimeoutConfig,
    error::ProvideErrorMetadata,
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;

use crate::{
    env::Env,
    error::{Of, Result},
};

/// The bucket of archived activity.
pub struct ArchiveFiles {
    client: Client,
    bucket: String,
}

/// A part of a file that S3 has.
#[derive(Clone, Debug)]
pub struct ArchivePart {
    number: i32,
    etag: Option<String>,
    crc: Option<String>,
}

impl ArchiveFiles {
    /// The bucket `ARCHIVE_BUCKET`.
    pub fn connect(env: &Env) -> Result<Self> {
        // Megabytes at a time take longer than what a person waits for.
        let patience = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(2))
            .operation_attempt_timeout(Duration::from_secs(30))
            .operation_timeout(Duration::from_secs(90));
        let config = aws_sdk_s3::config::Builder::from(env.sdk())
            .timeout_config(patience.build())
            .build();
        Ok(Self { client: Client::from_conf(config), bucket: env.get("ARCHIVE_BUCKET")? })
    }

    /// The object as the warehouse is told of it.
    pub fn url(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }

    /// Stores an object whole.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .body(ByteStream::from(bytes));
        put.send().await.of("archive").map(drop)
    }

    /// Begins an upload in parts; what S3 calls it.
    pub async fn begin(&self, key: &str) -> Result<String> {
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(key);
        let begun = begun.checksum_algorithm(ChecksumAlgorithm::Crc32);
        begun
            .send()
            .await
            .of("archive")?
            .upload_id
            .ok_or("an upload without an id")
            .of("archive")
    }

    /// Sends the part with this number, from 1.
    pub async fn part(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        bytes: Bytes,
    ) -> Result<ArchivePart> {
        let part = self
            .client
            .upload_part()
            .bucket(&self.bucket)
            .key(key)
            .upload_id(upload);
        let part = part
            .checksum_algorithm(ChecksumAlgorithm::Crc32)
            .part_number(number);
        let sent = part
            .body(ByteStream::from(bytes))
            .send()
            .await
            .of("archive")?;
        Ok(ArchivePart { number, etag: sent.e_tag, crc: sent.checksum_crc32 })
    }

    /// Makes the object of its parts.
    pub async fn complete(&self, key: &str, upload: &str, parts: &[ArchivePart]) -> Result<()> {
        let parts = parts.iter().map(|part| {
            let completed = CompletedPart::builder()
                .part_number(part.number)
                .set_e_tag(part.etag.clone());
            completed.set_checksum_crc32(part.crc.clone()).build()
        });
        let parts = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.collect()))
            .build();
        let complete = self
            .client
            .complete_multipart_upload()
            .bucket(&self.bucket)
            .key(key);
        complete
            .upload_id(upload)
            .multipart_upload(parts)
            .send()
            .await
            .of("archive")
            .map(drop)
    }

    /// Gives an upload up that nobody will go on with; one that is over is given up already.
    pub async fn give_up(&self, key: &str, upload: &str) -> Result<()> {
        let abort = self
            .client
            .abort_multipart_upload()
            .bucket(&self.bucket)
            .key(key)
            .upload_id(upload);
        match abort.send().await {
            Err(error) if error.code() != Some("NoSuchUpload") => Err(error).of("archive"),
            _ => Ok(()),
        }
    }

    /// How many bytes the object has.
    pub async fn size(&self, key: &str) -> Result<u64> {
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(key)
            .send()
            .await
            .of("archive")?;
        Ok(head
            .content_length()
            .and_then(|size| u64::try_from(size).ok())
            .unwrap_or(0))
    }

    /// These bytes of the object.
    pub async fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes> {
        let range = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        let got = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .range(range)
            .send()
            .await
            .of("archive")?;
        Ok(got.body.collect().await.of("archive")?.into_bytes())
    }
}
