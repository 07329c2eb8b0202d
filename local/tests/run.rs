//! `local run` as a person starts it: a process with a database and functions of its own.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

const TEMPLATE: &str = r"
Parameters:
  SigningKey: {Type: String, NoEcho: true, Default: ''}
Resources:
  Api: {Type: AWS::Serverless::HttpApi}
  Hot:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
  Echo:
    Type: AWS::Serverless::Function
    Metadata: {BuildProperties: {Binary: examples/echo-function}}
    Properties:
      Timeout: 10
      Environment: {Variables: {SIGNING_KEY: !Ref SigningKey}}
      Events: {Request: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: ANY, Path: '/v1/do/{do}'}}}
";

/// A folder with all that a run needs.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        support::binaries();
        // Short, because the path of a socket may have no more than 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("alb")
            .tempdir_in("/tmp")
            .unwrap();
        for path in [
            "migrations/accounts",
            "migrations/library",
            "migrations/activity",
            "migrations/warehouse",
            "web",
        ] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        fs::write(folder.path().join("web/index.html"), "<p>").unwrap();
        fs::write(folder.path().join("template.yaml"), TEMPLATE).unwrap();
        Self { folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .args(["--data", "data"])
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that is expected to end by itself.
    fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The one sentence that a run prints which cannot start.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// The key that the running function was given.
    fn signing_key(&self) -> String {
        fs::write(self.folder.path().join("environment.json"), r#"{"do":"environment"}"#).unwrap();
        let answer = self.output(&["invoke", "Echo", "environment.json"]);
        let variables: Value = serde_json::from_slice(&answer.stdout).unwrap();
        variables["SIGNING_KEY"].as_str().unwrap().to_owned()
    }

    fn run(&self) -> Running {
        let child = self
            .command(&["run", "--port", "0"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let running = Running { child };
        wait_for("system.json", || self.data().join("system.json").is_file());
        running
    }
}

/// A run that does not outlive its test.
struct Running {
    child: Child,
}

impl Running {
    /// Its processes, the database among them.
    fn children(&self) -> Vec<u32> {
        let parent = format!("PPid:\t{}", self.child.id());
        let processes = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        processes
            .filter(|pid| {
                let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
                status.lines().any(|line| line == parent)
            })
            .collect()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn wait_for(what: &str, mut reached: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !reached() {
        assert!(Instant::now() < deadline, "{what} never came");
        sleep(Duration::from_millis(20));
    }
}

fn gone(pids: &[u32]) -> bool {
    pids.iter()
        .all(|pid| !Path::new(&format!("/proc/{pid}")).exists())
}

#[test]
fn a_run_answers_stops_without_a_trace_and_finds_its_data_again() {
    let place = Place::new();
    let mut running = place.run();
    let answer = place.output(&["invoke", "Echo"]);
    assert!(answer.status.success(), "{answer:?}");
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer["event"], json!({}));
    fs::write(place.folder.path().join("fail.json"), r#"{"do":"fail"}"#).unwrap();
    let failed = place.output(&["invoke", "Echo", "fail.json"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stdout).contains("asked to fail"));
    let unknown = place.refusal(&["invoke", "Nobody"]);
    assert!(unknown.contains("There are Echo."), "{unknown}");
    let second = place.refusal(&["run", "--port", "0"]);
    assert!(second.contains("already runs on"), "{second}");
    let key = place.signing_key();
    assert_eq!(key.len(), 64, "{key}");
    let children = running.children();
    assert!(children.len() >= 2, "database and function: {children:?}");
    running.signal("-TERM");
    assert!(running.child.wait().unwrap().success());
    assert!(gone(&children), "processes outlived the run");
    assert!(!place.data().join("system.json").exists());
    let none = place.refusal(&["invoke", "Echo"]);
    assert!(none.contains("No system runs on"), "{none}");
    let again = place.run();
    assert_eq!(place.signing_key(), key);
    again.signal("-INT");
    wait_for("the end", || gone(&again.children()));
}

#[test]
fn functions_and_database_end_when_the_run_is_killed() {
    let place = Place::new();
    let mut running = place.run();
    assert!(place.output(&["invoke", "Echo"]).status.success());
    let children = running.children();
    assert!(children.len() >= 2, "database and function: {children:?}");
    running.signal("-KILL");
    running.child.wait().unwrap();
    wait_for("the end of every process", || gone(&children));
    let none = place.refusal(&["invoke", "Echo"]);
    assert!(
        none.contains("No system runs on"),
        "a file of a killed run counts for nothing: {none}"
    );
}

#[test]
fn what_cannot_start_says_why_in_one_sentence() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let refusal = place.refusal(&["run", "--port", &port.to_string()]);
    assert!(
        refusal.contains(&format!("Port {port} cannot be used")) && refusal.contains("--port"),
        "{refusal}"
    );
    let refusal = place.refusal(&["run", "--port", "0", "--parameter", "Nothing=1"]);
    assert!(refusal.contains("has no parameter Nothing"), "{refusal}");
    let refusal = place.refusal(&["run", "--port", "0", "--template", "none.yaml"]);
    assert!(refusal.contains("none.yaml cannot be read"), "{refusal}");
    fs::write(
        place.folder.path().join("other.yaml"),
        TEMPLATE.replace("echo-function", "not-built"),
    )
    .unwrap();
    let refusal = place.refusal(&["run", "--port", "0", "--template", "other.yaml"]);
    assert!(refusal.contains("not-built") && refusal.contains("cargo build"), "{refusal}");
    assert_eq!(refusal.trim().lines().count(), 1, "{refusal}");
    assert!(!place.data().join("system.json").exists());
}
