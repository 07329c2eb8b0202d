//! Immich's command line, before a server that has nothing: it scans, hashes and asks.

use std::{path::Path, process::Command};

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use serde_json::{Value, json};
use shared::error::Cause;
use tokio::net::TcpListener;

use super::process::{self, Ended};

/// The most bytes of a question: 5,000 files with their paths.
const QUESTION: usize = 16 << 20;

/// Has it scan and hash a folder, with as many files at once as the others.
pub async fn scan(peers: &Path, folder: &Path, files: u32) -> Result<Ended, Cause> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/api", listener.local_addr()?);
    let serving = tokio::spawn(async move { axum::serve(listener, server()).await });
    let home = tempfile::tempdir()?;
    let mut command = Command::new(peers.join("node_modules/node/bin/node"));
    command
        .arg(peers.join("node_modules/@immich/cli/bin/immich"))
        .args(["--url", &address, "--key", "bench"])
        .args(["upload", "--recursive", "--dry-run", "--no-progress", "--concurrency", "2"])
        .arg(folder)
        .env("HOME", home.path());
    let ended = process::run(command).await?;
    serving.abort();
    if !ended.output.contains(&format!("Found {files} new files")) {
        return Err(format!("Immich's command line ends with {}", ended.last_line()).into());
    }
    Ok(ended)
}

fn server() -> Router {
    Router::new()
        .route("/api/users/me", get(async || Json(json!({ "id": "1", "name": "Bench" }))))
        .route("/api/api-keys/me", get(async || Json(json!({ "permissions": ["all"] }))))
        .route("/api/server/media-types", get(media_types))
        .route("/api/assets/bulk-upload-check", post(check))
        .layer(DefaultBodyLimit::max(QUESTION))
}

async fn media_types() -> Json<Value> {
    // Two kinds at least: of one it makes a pattern that nothing fits.
    Json(json!({ "image": [".jpg", ".jpeg"], "video": [], "sidecar": [".xmp"] }))
}

/// Answers that none of them is there.
async fn check(Json(question): Json<Value>) -> Json<Value> {
    let mut results = Vec::new();
    for asset in question["assets"].as_array().into_iter().flatten() {
        results.push(json!({ "id": asset["id"], "action": "accept" }));
    }
    Json(json!({ "results": results }))
}
