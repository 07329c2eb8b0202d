//! S3 on a folder: `s3s` speaks the protocol and checks signatures, `s3s-fs` keeps the objects, and
//! a layer of ours ([`store`]) adds guarantees that the system relies on and they lack: an object
//! appears only after its checksum was found right, one writer at a time for a key, uploads in
//! parts that are held to S3's rules, CORS and notifications.
//!
//! A key and another one that continues it with a slash cannot both exist: they would be a file and
//! a folder.
//!
//! Both crates stay at 0.14.1. From 0.15 on they need Rust 1.96, and their 0.17.0, read in November
//! 2026, would make none of the layer needless. It does check a sum before the object appears; but
//! it still writes sidecars after the object and leaves them when the object is deleted, tests
//! conditions apart from the write, copies in place, refuses checksums of parts (`COMPOSITE`),
//! looks at no part's `ETag`, answers an unknown upload with `AccessDenied`, cannot list uploads,
//! and fails for a suffix that is longer than the object.

mod checksums;
mod completion;
mod completion_plan;
#[cfg(test)]
mod completion_tests;
mod copy;
mod cors;
mod journal;
mod locks;
mod multipart;
mod protocol;
mod sidecars;
mod spooled_body;
mod store;
mod upload_lists;
mod upload_store;

use std::{
    collections::HashMap,
    io,
    path::{Component, Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Router,
    error_handling::HandleError,
    http::{Extensions, HeaderMap, Method, StatusCode, Uri},
    middleware,
};
use futures::future::BoxFuture;
use s3s::{
    S3Request,
    auth::{SecretKey, SimpleAuth},
    dto::ETag,
    service::S3ServiceBuilder,
};

pub use cors::CorsRule;
use store::ObjectStore;

/// The folder of the buckets and the keys of those who may use them.
pub struct S3Config {
    /// The folder; made when missing. Each bucket is a folder in it.
    pub root: PathBuf,
    /// The access keys that sign requests.
    pub access_keys: Vec<String>,
    /// Their secret.
    pub secret_key: String,
    /// Called after an object was created and before the request is answered, so that its records
    /// are never behind; and again until it works.
    pub created: Option<ObjectCreatedHook>,
}

/// A function that is called for every object that was created; returns whether it worked.
pub type ObjectCreatedHook = Arc<dyn Fn(ObjectCreated) -> BoxFuture<'static, bool> + Send + Sync>;

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
    /// The operation that created it.
    pub event: CreationEvent,
}

/// The `s3:ObjectCreated:*` events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum CreationEvent {
    /// `PutObject`.
    Put,
    /// `CopyObject`.
    Copy,
    /// `CompleteMultipartUpload`.
    CompleteMultipartUpload,
}

impl CreationEvent {
    /// Returns the name as it stands in the event's JSON: `ObjectCreated:Put`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Put => "ObjectCreated:Put",
            Self::Copy => "ObjectCreated:Copy",
            Self::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
        }
    }
}

/// The reason for which the store could not be opened or read.
#[derive(Debug, thiserror::Error)]
#[error("the object store in {} failed: {cause}", root.display())]
pub struct Error {
    root: PathBuf,
    cause: String,
}

/// An object's bytes and attributes.
#[derive(Debug)]
pub struct StoredObject {
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

/// CORS rules by bucket.
type CorsRules = Arc<RwLock<HashMap<String, Vec<CorsRule>>>>;

/// The buckets of one folder. Clones share them.
#[derive(Clone)]
pub struct S3Server {
    store: ObjectStore,
    access_keys: Vec<String>,
    secret_key: SecretKey,
    cors: CorsRules,
}

impl S3Server {
    /// Opens the folder and removes the remains of interrupted uploads.
    pub fn open(config: S3Config) -> Result<Self, Error> {
        let root = config.root;
        let store =
            ObjectStore::open(&root, config.created).map_err(|cause| Error { root, cause })?;
        Ok(Self {
            store,
            access_keys: config.access_keys,
            secret_key: config.secret_key.into(),
            cors: CorsRules::default(),
        })
    }

    /// Makes the bucket if it is not there, and sets its CORS rules.
    pub fn ensure_bucket(&self, name: &str, cors: Vec<CorsRule>) -> Result<(), Error> {
        if !s3s::path::check_bucket_name(name) {
            return Err(self.error(format!(
                "{name:?} is no bucket name (3 to 63 of a-z, 0-9, dot and hyphen)"
            )));
        }
        let folder = self.store.root().join(name);
        std::fs::create_dir_all(folder).map_err(|cause| self.error(cause))?;
        let mut rules = self.cors.write().unwrap_or_else(PoisonError::into_inner);
        rules.insert(name.to_owned(), cors);
        Ok(())
    }

    /// Sends the notifications of objects that a killed store had written and not notified of.
    pub async fn recover(&self) -> Result<(), Error> {
        self.store
            .recover()
            .await
            .map_err(|cause| self.error(cause))
    }

    /// Returns the S3 API, path style.
    pub fn router(&self) -> Router {
        let mut auth = SimpleAuth::new();
        for key in &self.access_keys {
            auth.register(key.clone(), self.secret_key.clone());
        }
        let mut service = S3ServiceBuilder::new(self.store.clone());
        service.set_auth(auth);
        let on_error = async |_cause: s3s::HttpError| StatusCode::INTERNAL_SERVER_ERROR;
        Router::new()
            .fallback_service(HandleError::new(service.build(), on_error))
            .layer(middleware::from_fn_with_state(self.cors.clone(), cors::layer))
    }

    /// Reads an object without a signature, for the stand-in for CloudFront; `None` when there is
    /// no such object.
    pub async fn object(&self, bucket: &str, key: &str) -> Result<Option<StoredObject>, Error> {
        if !is_inside(bucket) || !is_inside(key) {
            return Ok(None);
        }
        let _guard = self.store.lock(bucket, key).read().await;
        let path = self.store.root().join(bucket).join(key);
        let file = match tokio::fs::File::open(path).await {
            Ok(file) => file,
            Err(cause) => {
                return match cause.kind() {
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
                    _ => Err(self.error(cause)),
                };
            }
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
        Ok(Some(StoredObject {
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

/// Makes a request that comes from within.
fn internal_request<T>(input: T) -> S3Request<T> {
    S3Request {
        input,
        method: Method::GET,
        uri: Uri::default(),
        headers: HeaderMap::new(),
        extensions: Extensions::new(),
        credentials: None,
        region: None,
        service: None,
        trailing_headers: None,
    }
}

/// Returns whether the name stays below the folder it is joined to, and is no file that `s3s-fs`
/// keeps for itself.
fn is_inside(name: &str) -> bool {
    if name.is_empty() || name.starts_with('.') {
        return false;
    }
    let mut components = Path::new(name).components();
    components.all(|part| matches!(part, Component::Normal(_)))
}
