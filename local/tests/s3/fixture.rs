//! A server on a folder of its own, with a client for it and the notifications that it sent.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    error::{ProvideErrorMetadata, SdkError},
    operation::{
        get_object::builders::GetObjectFluentBuilder,
        head_object::{HeadObjectOutput, builders::HeadObjectFluentBuilder},
        put_object::builders::PutObjectFluentBuilder,
    },
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use futures::future::BoxFuture;
use local::{
    dynamodb::listen,
    s3::{ObjectCreated, ObjectCreatedHook, S3Config, S3Server},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The bucket of most tests.
pub const BUCKET: &str = "originals";

/// A key that is as long as the longest of a rendition.
pub const KEY: &str = "media/0193b1a2c3d4e5f60718293a4b5c6d7e/0193b1a2c3d4e5f60718293a4b5c6d7e/\
                       e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855.webp";

pub struct S3Fixture {
    pub server: S3Server,
    pub client: Client,
    pub endpoint: String,
    created: Arc<Mutex<Vec<ObjectCreated>>>,
    folder: TempDir,
}

impl S3Fixture {
    pub fn start() -> Self {
        Self::on(TempDir::new().unwrap())
    }

    /// Starts on a folder that another server may have left.
    pub fn on(folder: TempDir) -> Self {
        let created = Arc::default();
        let (server, endpoint) = open(&folder, &created);
        let client = Self::client(&endpoint, "local", "secret");
        Self { server, client, endpoint, created, folder }
    }

    /// Opens the same folder anew, as the next process would.
    pub fn restart(&mut self) {
        (self.server, self.endpoint) = open(&self.folder, &self.created);
        self.client = Self::client(&self.endpoint, "local", "secret");
    }

    pub fn client(endpoint: &str, key: &str, secret: &str) -> Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new(key, secret, None, None, "test"))
            .endpoint_url(endpoint)
            .build();
        Client::from_conf(config)
    }

    /// Returns all objects that the hook was called for so far.
    pub fn created(&self) -> Vec<ObjectCreated> {
        self.created.lock().unwrap().clone()
    }

    /// Returns the bytes on disk of uploads that are not complete.
    pub fn kept_for_uploads(&self) -> u64 {
        disk_size(&self.folder.path().join("s3/.uploads"))
    }

    /// Returns a call of `PutObject` in the bucket of most tests.
    pub fn put_call(&self, key: &str, bytes: &[u8]) -> PutObjectFluentBuilder {
        self.client
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .body(ByteStream::from(bytes.to_vec()))
    }

    /// Returns a call of `GetObject` in the bucket of most tests.
    pub fn get_call(&self, key: &str) -> GetObjectFluentBuilder {
        self.client.get_object().bucket(BUCKET).key(key)
    }

    /// Returns a call of `HeadObject`.
    pub fn head_call(&self, bucket: &str, key: &str) -> HeadObjectFluentBuilder {
        self.client.head_object().bucket(bucket).key(key)
    }

    pub async fn put(&self, key: &str, bytes: &[u8]) {
        self.put_call(key, bytes).send().await.unwrap();
    }

    pub async fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let object = self
            .client
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .unwrap();
        object.body.collect().await.unwrap().to_vec()
    }

    /// Returns the bytes of a range, as text.
    pub async fn get_range(&self, key: &str, range: &str) -> String {
        let object = self.get_call(key).range(range).send().await.unwrap();
        let bytes = object.body.collect().await.unwrap().to_vec();
        String::from_utf8(bytes).unwrap()
    }

    pub async fn head(&self, key: &str) -> HeadObjectOutput {
        self.head_call(BUCKET, key).send().await.unwrap()
    }

    pub async fn delete(&self, key: &str) {
        self.client
            .delete_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap();
    }

    /// Copies an object of the bucket of most tests to `renditions`.
    pub async fn copy_to_renditions(&self, encoded_key: &str, key: &str) {
        self.client
            .copy_object()
            .bucket("renditions")
            .key(key)
            .copy_source(format!("{BUCKET}/{encoded_key}"))
            .send()
            .await
            .unwrap();
    }

    pub async fn is_absent(&self, key: &str) -> bool {
        match self.get_call(key).send().await {
            Ok(_) => false,
            Err(cause) => cause.into_service_error().is_no_such_key(),
        }
    }

    /// Returns a presigned PUT that binds length, type and checksum of these bytes, and refuses to
    /// replace an object.
    pub async fn presigned_put(
        &self,
        key: &str,
        bytes: &[u8],
        valid_for: Duration,
    ) -> PresignedRequest {
        self.client
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .content_type("image/png")
            .if_none_match("*")
            .content_length(i64::try_from(bytes.len()).unwrap())
            .checksum_sha256(sha256(bytes))
            .presigned(PresigningConfig::expires_in(valid_for).unwrap())
            .await
            .unwrap()
    }

    /// Sends half of the bytes that were announced and hangs up.
    pub async fn cut_short(&self, put: &PresignedRequest) {
        let address = self.endpoint.strip_prefix("http://").unwrap();
        let target = put.uri().strip_prefix(&self.endpoint).unwrap();
        let mut head = format!("PUT {target} HTTP/1.1\r\nhost: {address}\r\n");
        for (name, value) in put.headers().filter(|(name, _)| *name != "host") {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        let request = format!("{head}\r\n01234");
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        connection.shutdown().await.unwrap();
        // The server hangs up, or answers, once it has seen the end.
        let mut rest = Vec::new();
        let _ = connection.read_to_end(&mut rest).await;
    }
}

/// Returns S3's code of an error.
pub fn error_code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error.as_service_error() {
        Some(error) => error.code().unwrap_or("none").to_owned(),
        None => "the connection broke".to_owned(),
    }
}

/// Returns the SHA-256 in base64.
pub fn sha256(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

pub fn md5(bytes: &[u8]) -> [u8; 16] {
    md5::Md5::digest(bytes).into()
}

fn disk_size(path: &Path) -> u64 {
    let metadata = path.metadata().unwrap();
    if metadata.is_file() {
        return metadata.len();
    }
    let mut size = 0;
    for entry in std::fs::read_dir(path).unwrap() {
        size += disk_size(&entry.unwrap().path());
    }
    size
}

fn open(folder: &TempDir, created: &Arc<Mutex<Vec<ObjectCreated>>>) -> (S3Server, String) {
    let created = created.clone();
    let hook = Arc::new(move |object| {
        created.lock().unwrap().push(object);
        Box::pin(async { true }) as BoxFuture<'static, bool>
    });
    serve(folder.path(), hook)
}

/// Serves the folder; returns the endpoint too.
pub fn serve(folder: &Path, created: ObjectCreatedHook) -> (S3Server, String) {
    let config = S3Config {
        root: folder.join("s3"),
        access_keys: vec!["local".to_owned(), "GetAlbum".to_owned()],
        secret_key: "secret".to_owned(),
        created: Some(created),
    };
    let server = S3Server::open(config).unwrap();
    server.ensure_bucket(BUCKET, Vec::new()).unwrap();
    server.ensure_bucket("renditions", Vec::new()).unwrap();
    let listener = listen(0).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = server.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (server, endpoint)
}
