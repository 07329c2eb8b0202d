//! The files of exports: written to S3 in parts as they are made, had by a link that ends.
//!
//! A file's key holds random letters, so that two workers that make the same part of an export
//! write two objects; the one that is not recorded is deleted by its worker, or by the bucket's
//! lifecycle rule.

use std::time::Duration;

use aws_sdk_s3::{
    Client,
    config::timeout::TimeoutConfig,
    types::{ChecksumAlgorithm, CompletedPart},
};
use bytes::Bytes;

use super::{
    multipart::MultipartUploads,
    object_deletion,
    originals::{attachment, lasting},
};
use crate::{
    domain::{ExportId, Moment, UserId, id::random_bytes},
    env::Env,
    error::{Error, Of, Result},
};

/// The time in which a link can be used to begin a download, in seconds.
const LINK_LASTS: u32 = 3600;

/// The bucket of exports.
pub struct ExportFiles {
    client: Client,
    bucket: String,
}

/// A file that is being written.
pub struct ExportFileWriter<'a> {
    files: &'a ExportFiles,
    /// The key that it will have.
    pub key: String,
    upload: String,
    parts: Vec<CompletedPart>,
}

fn folder(user: UserId, export: Option<ExportId>) -> String {
    let user = user.uuid().simple();
    export.map_or_else(
        || format!("exports/{user}/"),
        |id| format!("exports/{user}/{}/", id.uuid().simple()),
    )
}

impl ExportFiles {
    /// The bucket `EXPORTS_BUCKET`.
    pub fn connect(env: &Env) -> Result<Self> {
        // A part of five megabytes, or putting two gigabytes together, takes longer than a route
        // may.
        let patience = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(Duration::from_mins(1))
            .operation_timeout(Duration::from_mins(2));
        let config = aws_sdk_s3::config::Builder::from(env.sdk()).timeout_config(patience.build());
        Ok(Self { client: Client::from_conf(config.build()), bucket: env.get("EXPORTS_BUCKET")? })
    }

    fn uploads(&self) -> MultipartUploads<'_> {
        MultipartUploads { client: &self.client, bucket: &self.bucket, service: "exports" }
    }

    /// Begins a file.
    pub async fn write(
        &self,
        user: UserId,
        export: ExportId,
        number: u32,
    ) -> Result<ExportFileWriter<'_>> {
        let letters = hex::encode(random_bytes::<8>());
        let key = format!("{}{number:04}-{letters}.zip", folder(user, Some(export)));
        let create = self
            .uploads()
            .create(&key)
            .content_type("application/zip")
            .checksum_algorithm(ChecksumAlgorithm::Crc32);
        let upload = self.uploads().begin(create).await?;
        Ok(ExportFileWriter { files: self, key, upload, parts: Vec::new() })
    }

    /// A URL that gives the file as a download under this name, and until when.
    pub async fn link(&self, key: &str, name: &str) -> Result<(String, Moment)> {
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        let get = get.response_content_disposition(attachment(name));
        let expires_at = Moment::now().plus(i64::from(LINK_LASTS));
        Ok((
            get.presigned(lasting(LINK_LASTS)?)
                .await
                .of("exports")?
                .uri()
                .to_owned(),
            expires_at,
        ))
    }

    /// Deletes a file.
    pub async fn delete(&self, key: &str) -> Result<()> {
        object_deletion::delete(&self.client, &self.bucket, &[key], "exports").await
    }

    /// Deletes all files of an export, and what was begun of them.
    pub async fn clear(&self, user: UserId, export: ExportId) -> Result<u64> {
        self.clear_folder(&folder(user, Some(export))).await
    }

    /// Deletes all files of a user's exports, and what was begun of them.
    pub async fn clear_owner(&self, user: UserId) -> Result<u64> {
        self.clear_folder(&folder(user, None)).await
    }

    async fn clear_folder(&self, folder: &str) -> Result<u64> {
        let list = self
            .client
            .list_multipart_uploads()
            .bucket(&self.bucket)
            .prefix(folder)
            .send()
            .await;
        for upload in list.of("exports")?.uploads() {
            if let (Some(key), Some(id)) = (upload.key(), upload.upload_id()) {
                self.uploads().abort(key, id).await?;
            }
        }
        object_deletion::clear(&self.client, &self.bucket, folder, "exports").await
    }
}

impl ExportFileWriter<'_> {
    /// The least that every part but the last has, and the least that S3 takes.
    pub const AT_ONCE: usize = 5 << 20;

    /// Writes the next bytes: at least [`Self::AT_ONCE`], but for the last.
    pub async fn add(&mut self, bytes: Bytes) -> Result<()> {
        let number = i32::try_from(self.parts.len() + 1).map_err(Error::internal)?;
        let uploads = self.files.uploads();
        let part = uploads
            .send_part(&self.key, &self.upload, number, bytes)
            .await?;
        self.parts.push(part);
        Ok(())
    }

    /// Makes the object of what was written; its key.
    pub async fn end(self) -> Result<String> {
        let uploads = self.files.uploads();
        let complete = uploads.complete(&self.key, &self.upload, self.parts);
        complete.send().await.of("exports")?;
        Ok(self.key)
    }
}
