//! `local rerender`.

use std::{path::Path, process::ExitCode};

use serde_json::{Value, json};

use crate::{
    console,
    system::{Error, find_running},
};

/// Has the photos of a range of logical shards rendered anew, as many a second as `per_second`
/// says; the exit code is 1 when an original was not there.
pub(super) async fn rerender(
    data: &Path,
    from: u16,
    to: u16,
    per_second: u32,
) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    let url = format!("{}/2015-03-31/functions/RerenderPhotos/invocations", running.lambda);
    let client = reqwest::Client::new();
    let mut next = Value::Null;
    let mut sent_in_all = 0;
    let mut without_original_in_all = 0;
    loop {
        let event = json!({"from": from, "to": to, "per_second": per_second, "next": next});
        let answer = invoke(&client, &url, &event).await?;
        let sent = answer["sent"].as_u64();
        let without_original = answer["without_original"].as_u64();
        let (Some(sent), Some(without_original)) = (sent, without_original) else {
            return Err(Error::new(format!("Photos were not rendered anew: {answer}.")));
        };
        sent_in_all += sent;
        without_original_in_all += without_original;
        console::line(&format!(
            "{sent_in_all} photos asked for, {without_original_in_all} without their original"
        ));
        next = answer["next"].clone();
        if next.is_null() {
            let is_whole = without_original_in_all == 0;
            return Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
}

async fn invoke(client: &reqwest::Client, url: &str, event: &Value) -> Result<Value, Error> {
    let failed =
        |error: reqwest::Error| Error::new(format!("The system does not answer: {error}."));
    let response = client.post(url).json(event).send().await.map_err(failed)?;
    response.json().await.map_err(failed)
}
