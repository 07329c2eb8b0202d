//! S3 on a folder: `s3s` speaks the protocol and checks signatures, `s3s-fs` keeps the objects, and a layer of ours adds what
//! the system relies on and they lack: checksums before an object appears, one writer at a time, CORS and notifications.

use std::{path::PathBuf, sync::Arc};

use futures::future::BoxFuture;

/// Where the buckets live and who may use them.
pub struct Config {
    /// The folder; made when missing. Each bucket is a folder in it.
    pub root: PathBuf,
    /// The only access key that signs requests.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
    /// Called after an object was created and before the request is answered, so that what it records is never behind.
    pub created: Option<Hook>,
}

/// Is told of every object that was created.
pub type Hook = Arc<dyn Fn(ObjectCreated) -> BoxFuture<'static, ()> + Send + Sync>;

/// An object that was just written whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectCreated {
    /// The bucket's name.
    pub bucket: String,
    /// The key, not encoded.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// Without quotes.
    pub etag: String,
    /// How it came to be.
    pub event: Event,
}

/// The `s3:ObjectCreated:*` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// `PutObject`.
    Put,
    /// `CopyObject`.
    Copy,
    /// `CompleteMultipartUpload`.
    CompleteMultipartUpload,
}

impl Event {
    /// The name as it stands in the event's JSON: `ObjectCreated:Put`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Put => "ObjectCreated:Put",
            Self::Copy => "ObjectCreated:Copy",
            Self::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
        }
    }
}

/// One rule of a bucket's `CorsConfiguration`, in the template's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CorsRule {
    /// Origins, each with at most one `*`.
    pub allowed_origins: Vec<String>,
    /// HTTP methods.
    pub allowed_methods: Vec<String>,
    /// Request headers, each with at most one `*`.
    pub allowed_headers: Vec<String>,
    /// Response headers that a page may read.
    #[serde(alias = "ExposeHeaders")]
    pub exposed_headers: Vec<String>,
    /// How long a browser may keep the answer to a preflight, in seconds.
    pub max_age: Option<u32>,
}

/// Why the store could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("the object store in {} failed: {cause}", root.display())]
pub struct Error {
    root: PathBuf,
    cause: String,
}

/// An object's bytes and what is known of them.
pub struct Object {
    /// The open file, at its beginning. A later write of the key does not change it.
    pub file: tokio::fs::File,
    /// In bytes.
    pub size: u64,
    /// Without quotes.
    pub etag: String,
    /// As it was put.
    pub content_type: Option<String>,
    /// As it was put.
    pub cache_control: Option<String>,
}

/// The buckets of one folder. Clones share them.
#[derive(Clone)]
pub struct Server {}

impl Server {
    /// Opens the folder and removes what an interrupted upload left.
    pub fn open(_config: Config) -> Result<Self, Error> {
        todo!()
    }

    /// Makes the bucket if it is not there, and sets its CORS rules.
    pub fn ensure_bucket(&self, _name: &str, _cors: Vec<CorsRule>) -> Result<(), Error> {
        todo!()
    }

    /// The S3 API, path style.
    pub fn router(&self) -> axum::Router {
        todo!()
    }

    /// Reads an object without a signature, for what stands in for CloudFront; `None` when there is no such object.
    pub async fn object(&self, _bucket: &str, _key: &str) -> Result<Option<Object>, Error> {
        todo!()
    }
}
