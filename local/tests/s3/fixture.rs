//! A server on a folder of its own, with a client for it and an ear for what it tells.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use local::{
    dynamodb::listen,
    s3::{ObjectCreated, ObjectCreatedHook, S3Config, S3Server},
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// As long as the longest key of a rendition.
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

    /// On a folder that another server may have left.
    pub fn on(folder: TempDir) -> Self {
        let created = Arc::default();
        let (server, endpoint) = open(&folder, &created);
        Self {
            server,
            client: Self::client(&endpoint, "local", "secret"),
            endpoint,
            created,
            folder,
        }
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

    /// All objects that were created of so far.
    pub fn created(&self) -> Vec<ObjectCreated> {
        self.created.lock().unwrap().clone()
    }

    /// Bytes on disk for uploads that are not complete.
    pub fn kept_for_uploads(&self) -> u64 {
        fn size(path: &std::path::Path) -> u64 {
            let metadata = path.metadata().unwrap();
            if metadata.is_file() {
                return metadata.len();
            }
            std::fs::read_dir(path)
                .unwrap()
                .map(|entry| size(&entry.unwrap().path()))
                .sum()
        }
        size(&self.folder.path().join("s3/.uploads"))
    }

    pub async fn put(&self, bucket: &str, key: &str, bytes: &'static [u8]) {
        self.client
            .put_object()
            .bucket(bucket)
            .key(key)
            .body(ByteStream::from_static(bytes))
            .send()
            .await
            .unwrap();
    }

    pub async fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        let read = self
            .client
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .unwrap();
        read.body.collect().await.unwrap().to_vec()
    }

    pub async fn is_absent(&self, bucket: &str, key: &str) -> bool {
        match self
            .client
            .get_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
        {
            Ok(_) => false,
            Err(cause) => cause.into_service_error().is_no_such_key(),
        }
    }

    /// A presigned PUT that binds length, type and checksum of these bytes, and refuses to replace
    /// an object.
    pub async fn presigned_put(
        &self,
        bucket: &str,
        key: &str,
        bytes: &[u8],
        valid: Duration,
    ) -> PresignedRequest {
        let put = self
            .client
            .put_object()
            .bucket(bucket)
            .key(key)
            .content_type("image/png")
            .if_none_match("*");
        let put = put
            .content_length(i64::try_from(bytes.len()).unwrap())
            .checksum_sha256(BASE64_STANDARD.encode(Sha256::digest(bytes)));
        put.presigned(PresigningConfig::expires_in(valid).unwrap())
            .await
            .unwrap()
    }

    /// Sends half of what was promised and hangs up.
    pub async fn cut_short(&self, put: &PresignedRequest) {
        let address = self.endpoint.strip_prefix("http://").unwrap();
        let target = put.uri().strip_prefix(&self.endpoint).unwrap();
        let mut head = format!("PUT {target} HTTP/1.1\r\nhost: {address}\r\n");
        for (name, value) in put.headers().filter(|(name, _)| *name != "host") {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection
            .write_all(format!("{head}\r\n01234").as_bytes())
            .await
            .unwrap();
        connection.shutdown().await.unwrap();
        // The server hangs up, or answers, once it has seen the end.
        let mut rest = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut rest).await;
    }
}

fn open(folder: &TempDir, created: &Arc<Mutex<Vec<ObjectCreated>>>) -> (S3Server, String) {
    let created = created.clone();
    let created = Arc::new(move |object| {
        created.lock().unwrap().push(object);
        Box::pin(async {}) as futures::future::BoxFuture<'static, ()>
    });
    serve(folder.path(), created)
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
    server.ensure_bucket("originals", Vec::new()).unwrap();
    server.ensure_bucket("renditions", Vec::new()).unwrap();
    let listener = listen(0).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = server.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (server, endpoint)
}
