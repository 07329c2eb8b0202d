//! `local rebuild-projection`.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};

use crate::{
    console,
    system::{Error, find_running},
};

/// Has the running system's hot table built anew for a range of logical shards; the exit code is 1
/// when something could not be projected.
pub(super) async fn rebuild(data: &Path, from: u16, to: u16) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    let url = format!("{}/2015-03-31/functions/RebuildProjection/invocations", running.lambda);
    let (client, mut next, mut failures) = (reqwest::Client::new(), Value::Null, 0);
    loop {
        let event = json!({"from": from, "to": to, "next": next});
        let failed =
            |error: reqwest::Error| Error::new(format!("The system does not answer: {error}."));
        let answer = client
            .post(&url)
            .json(&event)
            .send()
            .await
            .map_err(failed)?;
        let answer: Value = answer.json().await.map_err(failed)?;
        let number = |name: &str| answer[name].as_u64();
        let (Some(albums), Some(photos), Some(shares)) =
            (number("albums"), number("photos"), number("shares"))
        else {
            return Err(Error::new(format!("The projection was not rebuilt: {answer}.")));
        };
        failures += number("failures").unwrap_or(0);
        console::line(&format!(
            "{albums} albums, {photos} photos, {shares} shares, {failures} failures"
        ));
        next = answer["next"].clone();
        if next.is_null() {
            return Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
}
