//! Renditions behind signed URLs, with a real object store.

#![allow(clippy::unwrap_used)] // a test may stop where it is

use std::{net::SocketAddr, path::Path, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use local::{
    gateway::{self, GatewayConfig, MediaOrigin, TrustedKey},
    host::{Host, HostSettings},
    s3,
    template::Template,
};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer},
    pkcs8::{EncodePrivateKey, LineEnding},
};
use reqwest::Response;
use time::OffsetDateTime;

const BUCKET: &str = "renditions";
const PATH: &str = "/media/0a/0b/cc.webp";
const CACHED: &str = "private, max-age=31536000, immutable";

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn for_cloudfront(bytes: &[u8]) -> String {
    BASE64_STANDARD
        .encode(bytes)
        .replace('+', "-")
        .replace('=', "_")
        .replace('/', "~")
}

/// A query that opens one owner's renditions for the next `seconds`.
fn query(origin: &str, owner: &str, seconds: i64) -> String {
    let until = OffsetDateTime::now_utc().unix_timestamp() + seconds;
    let policy = format!(
        r#"{{"Statement":[{{"Resource":"{origin}/media/{owner}/*","Condition":{{"DateLessThan":{{"AWS:EpochTime":{until}}}}}}}]}}"#
    );
    let signature: Signature = key().sign(policy.as_bytes());
    let (policy, signature) =
        (for_cloudfront(policy.as_bytes()), for_cloudfront(signature.to_der().as_bytes()));
    format!("Policy={policy}&Signature={signature}&Key-Pair-Id=K1&Hash-Algorithm=SHA256")
}

/// Serves a bucket with one rendition; returns the origin.
async fn open(folder: &Path) -> String {
    let (access_keys, secret_key) = (vec!["key".to_owned()], "secret".to_owned());
    let config =
        s3::S3Config { root: folder.join("buckets"), access_keys, secret_key, created: None };
    let store = s3::S3Server::open(config).unwrap();
    store.ensure_bucket(BUCKET, Vec::new()).unwrap();
    let endpoint = serve(store.router());
    put(&endpoint).await;
    let listener = local::dynamodb::listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let pem = key().to_pkcs8_pem(LineEnding::LF).unwrap();
    let key = TrustedKey::from_private_pem("K1", &pem).unwrap();
    let media = MediaOrigin { store, bucket: BUCKET.into(), key, origin: origin.clone() };
    let config =
        GatewayConfig { web: folder.into(), origin: origin.clone(), integration_limit: None };
    let host = Host::new(&[], HostSettings::new(folder.into(), origin.clone()));
    let router = gateway::router(&Template::default(), host, Some(media), config);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    origin
}

fn serve(router: axum::Router) -> String {
    let listener = local::dynamodb::listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

/// Stores the rendition as a function would: with the SDK.
async fn put(endpoint: &str) {
    use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .region(Region::new("us-east-1"))
        .build();
    let client = aws_sdk_s3::Client::from_conf(config);
    let put = client
        .put_object()
        .bucket(BUCKET)
        .key(PATH.trim_start_matches('/'))
        .body(b"webp".to_vec().into());
    put.content_type("image/webp")
        .cache_control(CACHED)
        .send()
        .await
        .unwrap();
}

async fn get(url: String, etag: Option<&str>) -> Response {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let request = client.get(url);
    etag.map_or(request.try_clone().unwrap(), |etag| request.header("if-none-match", etag))
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_signature_opens_its_owners_renditions() {
    let folder = tempfile::tempdir().unwrap();
    let origin = open(folder.path()).await;
    let url = format!("{origin}{PATH}?{}", query(&origin, "0a", 60));
    let answer = get(url.clone(), None).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/webp");
    assert_eq!(answer.headers()["content-length"], "4");
    assert_eq!(answer.headers()["cache-control"], CACHED);
    let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(answer.bytes().await.unwrap(), "webp");
    assert_eq!(get(url, Some(&etag)).await.status(), 304);
}

#[tokio::test]
async fn a_part_of_a_rendition_is_sent_alone() {
    let folder = tempfile::tempdir().unwrap();
    let origin = open(folder.path()).await;
    let url = format!("{origin}{PATH}?{}", query(&origin, "0a", 60));
    let client = reqwest::Client::new();
    let etag = client.get(&url).send().await.unwrap().headers()["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    for (range, told, body) in [
        ("bytes=1-2", "bytes 1-2/4", "eb"),
        ("bytes=2-", "bytes 2-3/4", "bp"),
        ("bytes=-1", "bytes 3-3/4", "p"),
        ("bytes=-100", "bytes 0-3/4", "webp"),
        ("bytes=0-100", "bytes 0-3/4", "webp"),
    ] {
        let part = client
            .get(&url)
            .header("range", range)
            .header("if-range", &etag)
            .send()
            .await
            .unwrap();
        assert_eq!(part.status(), 206, "{range}");
        assert_eq!(part.headers()["content-range"], told);
        assert_eq!(part.headers()["content-length"], body.len().to_string());
        assert_eq!(part.headers()["etag"], etag);
        assert_eq!(part.text().await.unwrap(), body);
    }
    for range in ["bytes=4-", "bytes=-0"] {
        let beyond = client
            .get(&url)
            .header("range", range)
            .send()
            .await
            .unwrap();
        assert_eq!(
            (beyond.status().as_u16(), &beyond.headers()["content-range"]),
            (416, &"bytes */4".parse().unwrap())
        );
    }
    for (range, version) in [
        ("bytes=1-2", "\"another\""),
        ("bytes=2-1", &etag),
        ("lines=1", &etag),
        ("bytes=0-0,2-2", &etag),
    ] {
        let whole = client
            .get(&url)
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
    let folder = tempfile::tempdir().unwrap();
    let origin = open(folder.path()).await;
    let signed = query(&origin, "0a", 60);
    for (path, query, code) in [
        (PATH, String::new(), "MissingKey"),
        (PATH, query(&origin, "0a", -1), "AccessDenied"),
        (PATH, query(&origin, "0b", 60), "AccessDenied"),
        (PATH, signed.replace("Signature=", "Signature=A"), "AccessDenied"),
        (PATH, signed.replace("K1", "K2"), "InvalidKey"),
        ("/media/0a/0b/none.webp", signed, "AccessDenied"),
    ] {
        let answer = get(format!("{origin}{path}?{query}"), None).await;
        assert_eq!(answer.status(), 403, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(&format!("<Code>{code}</Code>")), "{path}: {text}");
    }
}
