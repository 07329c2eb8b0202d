//! `local invoke`.

use std::{io::Read, path::Path, process::ExitCode};

use running_system::RunningSystem;
use serde_json::Value;

use crate::{
    console,
    system::{Error, find_running},
};

/// Calls a function of the system on `data` and prints its answer. The exit code is 1 when the
/// function failed.
pub(super) async fn invoke(
    data: &Path,
    function: &str,
    event: Option<&Path>,
) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    let event = read(event)?;
    let client = reqwest::Client::new();
    let url = format!("{}/2015-03-31/functions/{function}/invocations", running.lambda);
    let answer = client
        .post(url)
        .body(event)
        .send()
        .await
        .map_err(|error| lost(data, &error))?;
    let status = answer.status().as_u16();
    let failed = answer.headers().contains_key("x-amz-function-error");
    let text = answer.text().await.map_err(|error| lost(data, &error))?;
    if status == 404 {
        return Err(unknown(&client, &running, function).await);
    }
    let pretty = serde_json::from_str::<Value>(&text)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok());
    let pretty = pretty.unwrap_or(text);
    if status != 200 {
        return Err(Error::new(format!("{function} was not called ({status}): {pretty}")));
    }
    console::line(&pretty);
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(event: Option<&Path>) -> Result<String, Error> {
    let Some(path) = event else { return Ok("{}".into()) };
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| {
        Error::new(format!("The event {} cannot be read: {error}.", path.display()))
    })?;
    Ok(text)
}

fn lost(data: &Path, error: &reqwest::Error) -> Error {
    Error::new(format!("The system on {} does not answer: {error}.", data.display()))
}

async fn unknown(client: &reqwest::Client, running: &RunningSystem, function: &str) -> Error {
    let mut names = Vec::new();
    if let Ok(answer) = client
        .get(format!("{}/2015-03-31/functions", running.lambda))
        .send()
        .await
        && let Ok(list) = answer.json::<Value>().await
    {
        let functions = list["Functions"].as_array().cloned().unwrap_or_default();
        names = functions
            .iter()
            .filter_map(|one| one["Description"].as_str().map(str::to_owned))
            .collect();
    }
    Error::new(format!("There is no function {function}. There are {}.", names.join(", ")))
}
