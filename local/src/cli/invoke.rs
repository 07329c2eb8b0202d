//! `local invoke`.

use std::{fs, io, path::Path, process::ExitCode};

use reqwest::Client;
use running_system::RunningSystem;
use serde_json::Value;

use crate::{
    console,
    system::{Error, find_running},
};

/// Calls a function of the system on `data` and prints its answer. The exit code is 1 when the
/// function failed.
///
/// # Errors
/// No system runs there, the event cannot be read, or there is no such function.
pub(super) async fn invoke(
    data: &Path,
    function: &str,
    event_path: Option<&Path>,
) -> Result<ExitCode, Error> {
    let running = find_running(data)?;
    let event = read_event(event_path)?;
    let client = Client::new();
    let url = format!("{}/2015-03-31/functions/{function}/invocations", running.lambda);
    let does_not_answer = |error: reqwest::Error| {
        Error::new(format!("The system on {} does not answer: {error}.", data.display()))
    };
    let answer = client
        .post(url)
        .body(event)
        .send()
        .await
        .map_err(does_not_answer)?;
    let status = answer.status().as_u16();
    let has_failed = answer.headers().contains_key("x-amz-function-error");
    let text = answer.text().await.map_err(does_not_answer)?;
    match status {
        200 => {
            console::line(&indented(text));
            Ok(if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        404 => Err(no_function(&client, &running, function).await),
        _ => Err(Error::new(format!("{function} was not called ({status}): {}", indented(text)))),
    }
}

/// Reads the event from a file, or from standard input if that is `-`. Without a path it is empty.
fn read_event(path: Option<&Path>) -> Result<String, Error> {
    let Some(path) = path else { return Ok("{}".to_owned()) };
    let event = if path.as_os_str() == "-" {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(path)
    };
    event.map_err(|error| {
        Error::new(format!("The event {} cannot be read: {error}.", path.display()))
    })
}

/// Returns JSON with indents, and any other text as it is.
fn indented(text: String) -> String {
    match serde_json::from_str::<Value>(&text) {
        Ok(value) => format!("{value:#}"),
        Err(_) => text,
    }
}

/// Returns the error for a function that there is not, with the names of those that there are.
async fn no_function(client: &Client, running: &RunningSystem, function: &str) -> Error {
    let names = match function_names(client, running).await {
        Ok(names) => names.join(", "),
        Err(error) => format!("others, which it does not name ({error})"),
    };
    Error::new(format!("There is no function {function}. There are {names}."))
}

/// Returns the names that the functions have in the template.
async fn function_names(
    client: &Client,
    running: &RunningSystem,
) -> Result<Vec<String>, reqwest::Error> {
    let url = format!("{}/2015-03-31/functions", running.lambda);
    let list: Value = client.get(url).send().await?.json().await?;
    let mut names = Vec::new();
    for function in list["Functions"].as_array().into_iter().flatten() {
        if let Some(name) = function["Description"].as_str() {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}
