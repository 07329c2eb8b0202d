//! Renditions behind signed URLs, with a real object store.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{path::Path, time::Duration};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use base64::{Engine, prelude::BASE64_STANDARD};
use local::{
    gateway::{self, GatewayConfig, MediaOrigin, TrustedKey},
    host::{Host, HostSettings},
    s3::{S3Config, S3Server},
    template::Template,
};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer},
    pkcs8::{EncodePrivateKey, LineEnding},
};
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use time::OffsetDateTime;

const BUCKET: &str = "renditions";
const PATH: &str = "/media/0a/0b/cc.webp";
const CACHE_CONTROL: &str = "private, max-age=31536000, immutable";

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

/// Encodes bytes in CloudFront's alphabet of base64 for URLs.
fn for_cloudfront(bytes: &[u8]) -> String {
    let standard = BASE64_STANDARD.encode(bytes);
    standard
        .replace('+', "-")
        .replace('=', "_")
        .replace('/', "~")
}

/// A gateway with a bucket of one rendition.
struct MediaSite {
    origin: String,
    _folder: tempfile::TempDir,
}

impl MediaSite {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store_with_rendition(folder.path()).await;
        let (listener, origin) = support::free_port();
        let pem = key().to_pkcs8_pem(LineEnding::LF).unwrap();
        let media = MediaOrigin {
            store,
            bucket: BUCKET.into(),
            key: TrustedKey::from_private_pem("K1", &pem).unwrap(),
            origin: origin.clone(),
        };
        let config = GatewayConfig {
            web: folder.path().into(),
            origin: origin.clone(),
            integration_limit: None,
        };
        let host = Host::new(&[], HostSettings::new(folder.path().into()));
        let gateway = gateway::router(&Template::default(), host, Some(media), config);
        support::serve_gateway(listener, gateway);
        Self { origin, _folder: folder }
    }

    /// Returns a query that opens one owner's renditions for the next `seconds`.
    fn query(&self, owner: &str, seconds: i64) -> String {
        let until = OffsetDateTime::now_utc().unix_timestamp() + seconds;
        let statement = json!({
            "Resource": format!("{}/media/{owner}/*", self.origin),
            "Condition": {"DateLessThan": {"AWS:EpochTime": until}},
        });
        let policy = json!({"Statement": [statement]}).to_string();
        let signature: Signature = key().sign(policy.as_bytes());
        let policy_text = for_cloudfront(policy.as_bytes());
        let signature_text = for_cloudfront(signature.to_der().as_bytes());
        format!(
            "Policy={policy_text}&Signature={signature_text}&Key-Pair-Id=K1&Hash-Algorithm=SHA256"
        )
    }

    fn get(&self, path: &str, query: &str) -> RequestBuilder {
        Client::new()
            .get(format!("{}{path}?{query}", self.origin))
            .timeout(Duration::from_secs(20))
    }

    /// Returns a signed request for the rendition.
    fn get_rendition(&self) -> RequestBuilder {
        self.get(PATH, &self.query("0a", 60))
    }

    async fn etag(&self) -> String {
        let response = self.get_rendition().send().await.unwrap();
        response.headers()["etag"].to_str().unwrap().to_owned()
    }
}

/// Makes a store, and puts the rendition as a function would: with the SDK.
async fn store_with_rendition(folder: &Path) -> S3Server {
    let store = S3Server::open(S3Config {
        root: folder.join("buckets"),
        access_keys: vec!["key".to_owned()],
        secret_key: "secret".to_owned(),
        created: None,
    })
    .unwrap();
    store.ensure_bucket(BUCKET, Vec::new()).unwrap();
    let (listener, endpoint) = support::free_port();
    let router = store.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .region(Region::new("us-east-1"))
        .build();
    aws_sdk_s3::Client::from_conf(config)
        .put_object()
        .bucket(BUCKET)
        .key(PATH.trim_start_matches('/'))
        .body(b"webp".to_vec().into())
        .content_type("image/webp")
        .cache_control(CACHE_CONTROL)
        .send()
        .await
        .unwrap();
    store
}

#[tokio::test]
async fn a_signature_opens_its_owners_renditions() {
    let site = MediaSite::open().await;
    let response = site.get_rendition().send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "image/webp");
    assert_eq!(response.headers()["content-length"], "4");
    assert_eq!(response.headers()["cache-control"], CACHE_CONTROL);
    assert_eq!(response.bytes().await.unwrap(), "webp");
    let again = site
        .get_rendition()
        .header("if-none-match", site.etag().await)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
}

#[tokio::test]
async fn a_range_of_a_rendition_is_sent_alone() {
    let site = MediaSite::open().await;
    let etag = site.etag().await;
    for (range, content_range, body) in [
        ("bytes=1-2", "bytes 1-2/4", "eb"),
        ("bytes=2-", "bytes 2-3/4", "bp"),
        ("bytes=-1", "bytes 3-3/4", "p"),
        ("bytes=-100", "bytes 0-3/4", "webp"),
        ("bytes=0-100", "bytes 0-3/4", "webp"),
    ] {
        let part = site
            .get_rendition()
            .header("range", range)
            .header("if-range", &etag)
            .send()
            .await
            .unwrap();
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(part.headers()["content-range"], content_range);
        assert_eq!(part.headers()["content-length"], body.len().to_string());
        assert_eq!(part.headers()["etag"], etag);
        assert_eq!(part.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_refused_with_the_size() {
    let site = MediaSite::open().await;
    for range in ["bytes=4-", "bytes=-0"] {
        let beyond = site
            .get_rendition()
            .header("range", range)
            .send()
            .await
            .unwrap();
        assert_eq!(beyond.status(), 416, "{range}");
        assert_eq!(beyond.headers()["content-range"], "bytes */4");
    }
}

#[tokio::test]
async fn all_is_sent_for_other_ranges_and_other_versions() {
    let site = MediaSite::open().await;
    let etag = site.etag().await;
    for (range, version) in [
        ("bytes=1-2", "\"another\""),
        ("bytes=2-1", &etag),
        ("lines=1", &etag),
        ("bytes=0-0,2-2", &etag),
    ] {
        let whole = site
            .get_rendition()
            .header("range", range)
            .header("if-range", version)
            .send()
            .await
            .unwrap();
        assert_eq!(whole.status(), 200, "{range} of {version}");
        assert_eq!(whole.headers()["accept-ranges"], "bytes");
        assert_eq!(whole.text().await.unwrap(), "webp");
    }
}

#[tokio::test]
async fn everything_else_is_refused_in_cloudfronts_words() {
    let site = MediaSite::open().await;
    let signed = site.query("0a", 60);
    for (path, query, code) in [
        (PATH, String::new(), "MissingKey"),
        (PATH, site.query("0a", -1), "AccessDenied"),
        (PATH, site.query("0b", 60), "AccessDenied"),
        (PATH, signed.replace("Signature=", "Signature=A"), "AccessDenied"),
        (PATH, signed.replace("K1", "K2"), "InvalidKey"),
        ("/media/0a/0b/none.webp", signed, "AccessDenied"),
    ] {
        let response = site.get(path, &query).send().await.unwrap();
        assert_eq!(response.status(), 403, "{path}");
        let text = response.text().await.unwrap();
        assert!(text.contains(&format!("<Code>{code}</Code>")), "{path}: {text}");
    }
}
