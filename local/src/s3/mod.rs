//! S3 on a folder: `s3s` speaks the protocol and checks signatures, `s3s-fs` keeps the objects, and
//! a layer of ours ([`store`]) adds what the system relies on and they lack: an object appears only
//! after its checksum was found right, one writer at a time for a key, uploads in parts that are
//! held to S3's rules, CORS and notifications.
//!
//! A key and another one that continues it with a slash cannot both exist: they would be a file and
//! a folder.

mod completion;
mod copy;
mod cors;
mod journal;
mod multipart;
mod protocol;
mod spool;
mod store;
mod uploads;

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use axum::{Router, error_handling::HandleError, http::StatusCode, middleware};
use futures::future::BoxFuture;
use s3s::{
    S3, S3Request,
    auth::{SecretKey, SimpleAuth},
    dto::{ETag, HeadObjectInput, HeadObjectOutput},
    service::S3ServiceBuilder,
};

pub use cors::CorsRule;
use store::Store;

/// Where the buckets live and who may use them.
pub struct Config {
    /// The folder; made when missing. Each bucket is a folder in it.
    pub root: PathBuf,
    /// The access keys that sign requests.
    pub access_keys: Vec<String>,
    /// Their secret.
    pub secret_key: String,
    /// Called after an object was created and before the request is answered, so that what it
    /// records is never behind.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// Why the store could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("the object store in {} failed: {cause}", root.display())]
pub struct Error {
    root: PathBuf,
    cause: String,
}

/// An object's bytes and what is known of them.
#[derive(Debug)]
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

type Rules = Arc<RwLock<HashMap<String, Vec<CorsRule>>>>;

/// The buckets of one folder. Clones share them.
#[derive(Clone)]
pub struct Server {
    store: Store,
    access_keys: Vec<String>,
    secret_key: SecretKey,
    cors: Rules,
}

impl Server {
    /// Opens the folder and removes what an interrupted upload left.
    pub fn open(config: Config) -> Result<Self, Error> {
        let root = config.root;
        let store = Store::open(&root, config.created).map_err(|cause| Error { root, cause })?;
        Ok(Self {
            store,
            access_keys: config.access_keys,
            secret_key: config.secret_key.into(),
            cors: Rules::default(),
        })
    }

    /// Makes the bucket if it is not there, and sets its CORS rules.
    pub fn ensure_bucket(&self, name: &str, cors: Vec<CorsRule>) -> Result<(), Error> {
        if !s3s::path::check_bucket_name(name) {
            return Err(self.error(format!(
                "{name:?} is no bucket name (3 to 63 of a-z, 0-9, dot and hyphen)"
            )));
        }
        std::fs::create_dir_all(self.store.root().join(name)).map_err(|cause| self.error(cause))?;
        self.cors
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), cors);
        Ok(())
    }

    /// Tells of the objects that a store which was killed had written and told nobody of.
    pub async fn recover(&self) -> Result<(), Error> {
        self.store
            .recover()
            .await
            .map_err(|cause| self.error(cause))
    }

    /// The S3 API, path style.
    pub fn router(&self) -> Router {
        let mut service = S3ServiceBuilder::new(self.store.clone());
        let mut auth = SimpleAuth::new();
        for key in &self.access_keys {
            auth.register(key.clone(), self.secret_key.clone());
        }
        service.set_auth(auth);
        let failed = async |_cause: s3s::HttpError| StatusCode::INTERNAL_SERVER_ERROR;
        Router::new()
            .fallback_service(HandleError::new(service.build(), failed))
            .layer(middleware::from_fn_with_state(self.cors.clone(), cors::layer))
    }

    /// Reads an object without a signature, for what stands in for CloudFront; `None` when there is
    /// no such object.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<Object>, Error> {
        if !is_inside(bucket) || !is_inside(key) {
            return Ok(None);
        }
        let _guard = self.store.lock(bucket, key).read().await;
        let path = self.store.root().join(bucket).join(key);
        let file = match tokio::fs::File::open(path).await {
            Ok(file) => file,
            Err(cause)
                if matches!(
                    cause.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(cause) => return Err(self.error(cause)),
        };
        let metadata = file.metadata().await.map_err(|cause| self.error(cause))?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let head = self
            .store
            .head(bucket, key)
            .await
            .map_err(|cause| self.error(cause))?;
        Ok(Some(Object {
            file,
            size: metadata.len(),
            etag: head.e_tag.map(ETag::into_value).unwrap_or_default(),
            content_type: head.content_type,
            cache_control: head.cache_control,
        }))
    }

    #[allow(clippy::needless_pass_by_value)] // for map_err
    fn error(&self, cause: impl ToString) -> Error {
        Error { root: self.store.root().to_owned(), cause: cause.to_string() }
    }
}

impl Store {
    // The caller holds the key's lock.
    async fn head(&self, bucket: &str, key: &str) -> s3s::S3Result<HeadObjectOutput> {
        let input = HeadObjectInput {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            ..HeadObjectInput::default()
        };
        Ok(self.files().head_object(request(input)).await?.output)
    }
}

// A request that comes from within.
fn request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: axum::http::Method::GET,
        uri: axum::http::Uri::default(),
        headers: axum::http::HeaderMap::new(),
        extensions: axum::http::Extensions::new(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

// Whether the name stays below the folder it is joined to, and is no file that s3s-fs keeps for
// itself.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    let hidden = name.starts_with('.');
    !hidden
        && parts.peek().is_some()
        && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}
