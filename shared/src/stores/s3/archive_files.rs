//! The files of archived activity.

use std::{ops::Range, time::Duration};

use aws_sdk_s3::{
    Client,
    config::timeout::TimeoutConfig,
    primitives::ByteStream,
    types::{ChecksumAlgorithm, CompletedPart},
};
use bytes::Bytes;

use super::multipart::MultipartUploads;
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
pub struct ArchivePart(CompletedPart);

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

    fn uploads(&self) -> MultipartUploads<'_> {
        MultipartUploads { client: &self.client, bucket: &self.bucket, service: "archive" }
    }

    /// Begins an upload in parts; returns S3's id of it.
    pub async fn begin(&self, key: &str) -> Result<String> {
        let create = self
            .uploads()
            .create(key)
            .checksum_algorithm(ChecksumAlgorithm::Crc32);
        self.uploads().begin(create).await
    }

    /// Sends the part with this number, from 1.
    pub async fn part(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        bytes: Bytes,
    ) -> Result<ArchivePart> {
        let sent = self.uploads().send_part(key, upload, number, bytes).await?;
        Ok(ArchivePart(sent))
    }

    /// Makes the object of its parts.
    pub async fn complete(&self, key: &str, upload: &str, parts: &[ArchivePart]) -> Result<()> {
        let parts = parts.iter().map(|part| part.0.clone()).collect();
        let complete = self.uploads().complete(key, upload, parts);
        complete.send().await.of("archive").map(drop)
    }

    /// Gives an upload up that nobody will go on with; one that is over is given up already.
    pub async fn give_up(&self, key: &str, upload: &str) -> Result<()> {
        self.uploads().abort(key, upload).await
    }

    /// Returns the size of the object in bytes.
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

    /// Returns these bytes of the object.
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
