//! Schemathesis, which makes requests of the OpenAPI document, good and bad, alone and one after
//! the other, and holds the answers against it: no 5xx, and nothing that is not documented.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::{Person, System, person::address, photograph};
use tokio::process::Command;

/// Longer than it takes on two slow cores.
const PATIENCE: Duration = Duration::from_mins(10);

/// Not the one of the document's examples: nobody's account is to be closed by one of them.
const PASSWORD: &str = "seven loud green lighthouses";

#[tokio::test]
async fn schemathesis_finds_nothing() {
    let system = System::shared();
    let folder = TempDir::new().expect("a temporary folder");
    let people = json!({"auth": [person(&system, "ana").await, person(&system, "ben").await]});
    std::fs::write(folder.path().join("people.json"), people.to_string()).expect("people.json");

    // Side by side: each waits for answers most of the time.
    let single = run(&system, folder.path(), "coverage");
    let several = run(&system, folder.path(), "examples,fuzzing,stateful");
    let (single, several) = tokio::join!(single, several);
    assert!(single.is_ok() && several.is_ok(), "{}\n{}", said(&single), said(&several));
}

/// Somebody with an album and a photo in it, and how to sign in as them.
async fn person(system: &System, name: &str) -> Value {
    let email = address();
    let anonymous = Person::anonymous(system);
    anonymous
        .post("/v1/users", json!({"name": name, "email": email, "password": PASSWORD}))
        .await
        .expect(201);
    let login = json!({"email": email, "password": PASSWORD});
    let session = anonymous
        .post("/v1/sessions", login.clone())
        .await
        .expect(201);
    let person = anonymous.with(session["token"].as_str().expect("a token"));
    // So that they may invite.
    person.verified().await;
    let album = person.album("What Schemathesis finds").await;
    let photo = person.upload(&album, &photograph::jpeg(64, 48, 90)).await;
    assert_eq!(person.settled(&photo).await["status"], "ready");
    json!({"name": name, "loginEndpointAuth": {
        "endpoint": "/v1/sessions", "verb": "POST", "contentType": "application/json",
        "payloadRaw": login.to_string(),
        "token": {
            "extractFrom": "body", "extractSelector": "/token",
            "sendIn": "header", "sendName": "Authorization", "sendTemplate": "Bearer {token}",
        },
    }})
}

/// Runs these phases; what was said, as an error when something was found.
async fn run(system: &System, folder: &Path, phases: &str) -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository");
    let mut command = Command::new(root.join("target/venv/bin/schemathesis"));
    command
        .arg("--config-file")
        .arg(root.join("tests/schemathesis.toml"));
    command.args(["run", &format!("{}/openapi.json", system.origin), "--url", &system.origin]);
    command.args(["--phases", phases, "--no-color"]);
    command
        .env("SCHEMATHESIS_HOOKS", root.join("tests/schemathesis_hooks.py"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = ended
        .unwrap_or_else(|_| panic!("Schemathesis did not end its {phases} within {PATIENCE:?}"));
    let output = output.expect("target/venv/bin/schemathesis, which ./dev test installs");
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    // That nothing was found must not be because nothing was looked at.
    let looked = text.contains(" generated, ") && !text.contains("Selected: 0/");
    if output.status.success() && looked { Ok(text) } else { Err(text) }
}

fn said(outcome: &Result<String, String>) -> &str {
    match outcome {
        Ok(_) => "",
        Err(text) => text,
    }
}
