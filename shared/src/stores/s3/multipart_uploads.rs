//! Originals sent in parts: S3's multipart uploads.
//!
//! S3 shows the object once the upload is completed, and forgets an upload that was: no upload and
//! an object means that it is done. Completing refuses to replace an object, so of two uploads
//! under one key one makes it.

use aws_sdk_s3::{
    error::ProvideErrorMetadata,
    types::{ChecksumAlgorithm, CompletedPart, Part},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    multipart::MultipartUploads,
    originals::{Originals, PresignedUpload, UPLOAD_LASTS, lasting, unsent},
};
use crate::{
    domain::{Moment, Original, Sha256},
    error::{Error, Of, Result},
    stores::mysql::library::UploadInParts,
};

/// A part that has arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ArrivedPart")]
pub struct ArrivedPart {
    /// Its number, from 1.
    pub number: u16,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub sha256: Option<Sha256>,
    #[serde(skip)]
    etag: Option<String>,
}

impl Originals {
    /// The multipart uploads of originals.
    pub(super) fn uploads(&self) -> MultipartUploads<'_> {
        MultipartUploads { client: &self.client, bucket: &self.bucket, service: "originals" }
    }

    /// Begins an upload in parts of this object; what S3 calls it.
    pub async fn begin_parts(&self, original: &Original, content_type: &str) -> Result<String> {
        let create = self
            .uploads()
            .create(&original.key())
            .content_type(content_type)
            .checksum_algorithm(ChecksumAlgorithm::Sha256);
        self.uploads().begin(create).await
    }

    /// Gives an upload up that nobody will use. A failure is left to the bucket's lifecycle rule.
    pub async fn give_up_parts(&self, original: &Original, s3_upload: &str) {
        let aborted = self.uploads().abort(&original.key(), s3_upload).await;
        if let Err(error) = aborted {
            tracing::info!(error = error.chain(), "left to the lifecycle rule");
        }
    }

    /// The parts that have arrived, by number; `None` when S3 knows no such upload: it is
    /// completed, or was given up.
    pub async fn arrived_parts(&self, upload: &UploadInParts) -> Result<Option<Vec<ArrivedPart>>> {
        let list = self
            .client
            .list_parts()
            .bucket(&self.bucket)
            .key(upload.original.key());
        let mut pages = list.upload_id(&upload.s3_upload).into_paginator().send();
        let mut arrived = Vec::new();
        while let Some(page) = pages.next().await {
            match page {
                Ok(page) => arrived.extend(page.parts().iter().filter_map(arrived_part)),
                Err(error) if error.code() == Some("NoSuchUpload") => return Ok(None),
                Err(error) => return Err(error).of("originals"),
            }
        }
        Ok(Some(arrived))
    }

    /// A URL that takes exactly this part: size and checksum are signed.
    pub async fn part(
        &self,
        upload: &UploadInParts,
        number: u16,
        size: u64,
        sum: &Sha256,
    ) -> Result<PresignedUpload> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let put = self
            .client
            .upload_part()
            .bucket(&self.bucket)
            .key(upload.original.key());
        let put = put.upload_id(&upload.s3_upload).part_number(number.into());
        let put = put
            .content_length(size)
            .checksum_sha256(STANDARD.encode(sum.bytes()));
        let expires_at = Moment::now().plus(i64::from(UPLOAD_LASTS));
        Ok(unsent(
            &put.presigned(lasting(UPLOAD_LASTS)?)
                .await
                .of("originals")?,
            expires_at,
        ))
    }

    /// Makes the object of its parts, unless there is one; `false` when S3 knows no such upload.
    pub async fn complete_parts(
        &self,
        upload: &UploadInParts,
        parts: &[ArrivedPart],
    ) -> Result<bool> {
        let parts = parts.iter().map(completed_part).collect();
        let key = upload.original.key();
        let complete = self
            .uploads()
            .complete(&key, &upload.s3_upload, parts)
            .if_none_match("*");
        match complete.send().await {
            Ok(_) => Ok(true),
            Err(error) => match error.code() {
                Some("PreconditionFailed") => Ok(true), // the object is there
                // Another request completes the same upload, or has: what it comes to is seen by
                // the object.
                Some("NoSuchUpload" | "ConditionalRequestConflict") => Ok(false),
                _ => Err(error).of("originals"),
            },
        }
    }
}

fn completed_part(part: &ArrivedPart) -> CompletedPart {
    let sum = part.sha256.map(|sum| STANDARD.encode(sum.bytes()));
    CompletedPart::builder()
        .part_number(part.number.into())
        .set_e_tag(part.etag.clone())
        .set_checksum_sha256(sum)
        .build()
}

fn arrived_part(part: &Part) -> Option<ArrivedPart> {
    let sum = part
        .checksum_sha256()
        .and_then(|sum| STANDARD.decode(sum).ok());
    Some(ArrivedPart {
        number: u16::try_from(part.part_number()?).ok()?,
        size: u64::try_from(part.size()?).ok()?,
        sha256: sum
            .and_then(|sum| <[u8; 32]>::try_from(sum).ok())
            .map(Sha256::from),
        etag: part.e_tag().map(str::to_owned),
    })
}
