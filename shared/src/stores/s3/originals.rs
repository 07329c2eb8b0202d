//! Bytes: originals as they were uploaded, renditions as they are served.

use std::time::Duration;

use aws_sdk_s3::{
    Client,
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::Serialize;

use crate::{
    domain::{Moment, Original, Sha256},
    env::Env,
    error::{Error, Of, Result},
};

/// Seconds for which an upload URL can be used: a large file over a slow line.
pub(super) const UPLOAD_LASTS: u32 = 3600;
/// Seconds for which an original's URL can be used: enough to follow it.
const DOWNLOAD_LASTS: u32 = 300;

/// The request that sends a photo's bytes.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Upload")]
pub struct PresignedUpload {
    /// `PUT`.
    pub method: &'static str,
    /// The URL.
    pub url: String,
    /// Headers to send, exactly these beside `Content-Length`.
    pub headers: std::collections::BTreeMap<String, String>,
    /// Until when.
    pub expires_at: Moment,
}

/// The bucket of originals.
pub struct Originals {
    pub(super) client: Client,
    pub(super) bucket: String,
}

impl Originals {
    /// The bucket `ORIGINALS_BUCKET`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), bucket: env.get("ORIGINALS_BUCKET")? })
    }

    /// A URL that takes exactly these bytes, once: key, size, type and checksum are signed, and
    /// `If-None-Match: *` refuses a second use.
    pub async fn upload(
        &self,
        original: &Original,
        size: u64,
        content_type: &str,
        sum: &Sha256,
    ) -> Result<PresignedUpload> {
        let size = i64::try_from(size).map_err(Error::internal)?;
        let put = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(original.key());
        let put = put
            .content_length(size)
            .content_type(content_type)
            .if_none_match("*");
        let put = put.checksum_sha256(STANDARD.encode(sum.bytes()));
        let expires_at = Moment::now().plus(i64::from(UPLOAD_LASTS));
        Ok(unsent(
            &put.presigned(lasting(UPLOAD_LASTS)?)
                .await
                .of("originals")?,
            expires_at,
        ))
    }

    /// Returns true if the object is there.
    pub async fn has(&self, original: &Original) -> Result<bool> {
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(original.key())
            .send()
            .await;
        match head.map_err(aws_sdk_s3::Error::from) {
            Ok(_) => Ok(true),
            Err(aws_sdk_s3::Error::NotFound(_)) => Ok(false),
            Err(error) => Err(error).of("originals"),
        }
    }

    /// A URL that gives the original, as a download under this name.
    pub async fn download(&self, original: &Original, name: &str) -> Result<String> {
        let get = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(original.key());
        let get = get.response_content_disposition(attachment(name));
        Ok(get
            .presigned(lasting(DOWNLOAD_LASTS)?)
            .await
            .of("originals")?
            .uri()
            .to_owned())
    }

    /// The object, to be read as it comes.
    ///
    /// # Errors
    /// [`Error::NotUploaded`] when there is none, [`Error::Unavailable`] when S3 does not answer.
    pub async fn open(&self, original: &Original) -> Result<ObjectStream> {
        let got = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(original.key())
            .send()
            .await;
        match got.map_err(aws_sdk_s3::Error::from) {
            Ok(object) => {
                let size = object
                    .content_length
                    .and_then(|size| usize::try_from(size).ok())
                    .unwrap_or(0);
                Ok(ObjectStream { size, body: object.body })
            }
            Err(aws_sdk_s3::Error::NoSuchKey(_)) => Err(Error::NotUploaded),
            Err(error) => Err(error).of("originals"),
        }
    }
}

/// An object that is being read.
pub struct ObjectStream {
    /// Bytes in all.
    pub size: usize,
    body: ByteStream,
}

impl ObjectStream {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the connection fails.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        self.body.next().await.transpose().of("originals")
    }
}

/// A signed request, as a client is told to send it.
pub(super) fn unsent(signed: &PresignedRequest, expires_at: Moment) -> PresignedUpload {
    // The client's HTTP library sets these two by itself, and browsers allow no other way.
    let own = |name: &str| {
        name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("host")
    };
    let headers = signed.headers().filter(|(name, _)| !own(name));
    let headers = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    PresignedUpload { method: "PUT", url: signed.uri().to_owned(), headers, expires_at }
}

pub(super) fn lasting(seconds: u32) -> Result<PresigningConfig> {
    PresigningConfig::expires_in(Duration::from_secs(u64::from(seconds))).map_err(Error::internal)
}

/// RFC 6266: the name in RFC 8187's encoding.
pub(super) fn attachment(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let encoded: String = name
        .bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_keeps_its_name() {
        assert_eq!(attachment("Fähre 1.jpg"), "attachment; filename*=UTF-8''F%C3%A4hre%201.jpg");
    }
}
