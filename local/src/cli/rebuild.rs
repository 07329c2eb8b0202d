//! `local rebuild-projection`.

use std::{path::Path, process::ExitCode};

use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    console,
    system::{Error, find_running},
};

/// The answer of `RebuildProjection` for a part of the range.
#[derive(Deserialize)]
struct RebuiltPart {
    albums: u64,
    photos: u64,
    shares: u64,
    #[serde(default)]
    failures: u64,
    /// The place to go on from; null after the last part.
    #[serde(default)]
    next: Value,
}

/// Has the running system's hot table built anew for a range of logical shards, part by part. The
/// exit code is 1 when something could not be projected.
///
/// # Errors
/// No system runs on `data`, or the function fails.
pub(super) async fn rebuild(data: &Path, from: u16, to: u16) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    let url = format!("{}/2015-03-31/functions/RebuildProjection/invocations", running.lambda);
    let client = Client::new();
    let mut next = Value::Null;
    let mut failures = 0;
    loop {
        let event = json!({"from": from, "to": to, "next": next});
        let part = rebuild_part(&client, &url, &event).await?;
        failures += part.failures;
        console::line(&format!(
            "{} albums, {} photos, {} shares, {failures} failures",
            part.albums, part.photos, part.shares
        ));
        if part.next.is_null() {
            return Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        next = part.next;
    }
}

async fn rebuild_part(client: &Client, url: &str, event: &Value) -> Result<RebuiltPart, Error> {
    let does_not_answer =
        |error: reqwest::Error| Error::new(format!("The system does not answer: {error}."));
    let response = client
        .post(url)
        .json(event)
        .send()
        .await
        .map_err(does_not_answer)?;
    let answer: Value = response.json().await.map_err(does_not_answer)?;
    match RebuiltPart::deserialize(&answer) {
        Ok(part) => Ok(part),
        Err(_) => Err(Error::new(format!("The projection was not rebuilt: {answer}."))),
    }
}
