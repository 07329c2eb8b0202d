//! `local run` as a person starts it: a process with a database and functions of its own.

#![allow(clippy::unwrap_used)] // a test may stop where it is

mod support;

use std::{
    fs,
    net::TcpListener,
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
      Events:
        Request:
          Type: HttpApi
          Properties: {ApiId: !Ref Api, Method: ANY, Path: '/v1/do/{do}'}
";

/// A folder with all that a run needs.
struct RunFolder {
    folder: tempfile::TempDir,
}

impl RunFolder {
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
        let run_folder = Self { folder };
        run_folder.write("web/index.html", "<p>");
        run_folder.write("template.yaml", TEMPLATE);
        run_folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
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

    /// Returns the one sentence that a command prints which fails.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// Calls the function with an event.
    fn invoke(&self, event: &Value) -> Output {
        self.write("event.json", &event.to_string());
        self.output(&["invoke", "Echo", "event.json"])
    }

    /// Returns the key that the running function was given.
    fn signing_key(&self) -> String {
        let answer = self.invoke(&json!({"do": "environment"}));
        let variables: Value = serde_json::from_slice(&answer.stdout).unwrap();
        variables["SIGNING_KEY"].as_str().unwrap().to_owned()
    }

    fn run(&self) -> RunningSystem {
        let child = self
            .command(&["run", "--port", "0"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let system = RunningSystem { child };
        wait_for("system.json", || self.is_described());
        system
    }

    /// Returns whether there is a description of a running system.
    fn is_described(&self) -> bool {
        self.data().join("system.json").is_file()
    }
}

/// A run that does not outlive its test.
struct RunningSystem {
    child: Child,
}

impl RunningSystem {
    /// Returns the ids of its processes, the database among them.
    fn children(&self) -> Vec<u32> {
        let parent = format!("PPid:\t{}", self.child.id());
        let mut children = Vec::new();
        for entry in fs::read_dir("/proc").unwrap() {
            let name = entry.unwrap().file_name();
            let Ok(pid) = name.to_string_lossy().parse() else { continue };
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            if status.lines().any(|line| line == parent) {
                children.push(pid);
            }
        }
        assert!(children.len() >= 2, "database and function: {children:?}");
        children
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for RunningSystem {
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

/// Returns whether none of the processes is there any more.
fn are_gone(pids: &[u32]) -> bool {
    pids.iter()
        .all(|pid| !Path::new(&format!("/proc/{pid}")).exists())
}

#[test]
fn a_run_calls_its_functions() {
    let folder = RunFolder::new();
    let _running = folder.run();
    let answer = folder.output(&["invoke", "Echo"]);
    assert!(answer.status.success(), "{answer:?}");
    let echoed: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(echoed["event"], json!({}));
    let failed = folder.invoke(&json!({"do": "fail"}));
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stdout).contains("asked to fail"));
    let unknown = folder.refusal(&["invoke", "Nobody"]);
    assert!(unknown.contains("There are Echo."), "{unknown}");
    let second = folder.refusal(&["run", "--port", "0"]);
    assert!(second.contains("already runs on"), "{second}");
}

#[tokio::test]
async fn a_run_says_what_waits_and_what_is_used() {
    let folder = RunFolder::new();
    let _running = folder.run();
    let description = fs::read(folder.data().join("system.json")).unwrap();
    let description: Value = serde_json::from_slice(&description).unwrap();
    let url = format!("{}/metrics", description["lambda"].as_str().unwrap());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut metrics = Vec::new();
    for _ in 0..2 {
        let answer = client.get(&url).send().await.unwrap();
        metrics.push(answer.json::<Value>().await.unwrap());
    }
    let [first, second] = &metrics[..] else { unreachable!() };
    assert_eq!(first["queues"], json!({}));
    assert_eq!(first["functions"], json!({}));
    assert_eq!(first["tables"]["units_read"], 0.0);
    assert!(first["database"]["most_connections"].as_u64() > Some(10), "{first}");
    let statements = |metrics: &Value| metrics["database"]["statements"].as_u64().unwrap();
    assert!(statements(second) > statements(first));
}

#[test]
fn a_command_is_for_a_function_of_the_template() {
    let folder = RunFolder::new();
    let refusal = folder.refusal(&["run", "--port", "0", "--command", "Nobody=true"]);
    assert!(refusal.contains("no function Nobody"), "{refusal}");
}

#[test]
fn a_run_stops_without_a_trace_and_finds_its_data_again() {
    let folder = RunFolder::new();
    let mut first = folder.run();
    let key = folder.signing_key();
    assert_eq!(key.len(), 64, "{key}");
    let children = first.children();
    first.signal("-TERM");
    assert!(first.child.wait().unwrap().success());
    assert!(are_gone(&children), "processes outlived the run");
    assert!(!folder.is_described());
    let refusal = folder.refusal(&["invoke", "Echo"]);
    assert!(refusal.contains("No system runs on"), "{refusal}");

    let mut second = folder.run();
    assert_eq!(folder.signing_key(), key);
    let children = second.children();
    second.signal("-INT");
    assert!(second.child.wait().unwrap().success());
    assert!(are_gone(&children), "processes outlived the run");
}

#[test]
fn functions_and_database_end_when_the_run_is_killed() {
    let folder = RunFolder::new();
    let mut running = folder.run();
    assert!(folder.output(&["invoke", "Echo"]).status.success());
    let children = running.children();
    running.signal("-KILL");
    running.child.wait().unwrap();
    wait_for("the end of every process", || are_gone(&children));
    assert!(folder.is_described(), "nobody has removed the description");
    let refusal = folder.refusal(&["invoke", "Echo"]);
    assert!(refusal.contains("No system runs on"), "{refusal}");
}

#[test]
fn a_run_that_cannot_start_says_why_in_one_sentence() {
    let folder = RunFolder::new();
    let used = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = used.local_addr().unwrap().port().to_string();
    let port_in_use = format!("Port {port} cannot be used");
    let not_built = TEMPLATE.replace("echo-function", "not-built");
    folder.write("not-built.yaml", &not_built);
    for (arguments, parts) in [
        (vec!["run", "--port", &port], [port_in_use.as_str(), "--port"]),
        (vec!["run", "--port", "0", "--parameter", "Nothing=1"], ["has no parameter Nothing", ""]),
        (vec!["run", "--port", "0", "--template", "none.yaml"], ["none.yaml cannot be read", ""]),
        (vec!["run", "--port", "0", "--template", "not-built.yaml"], ["not-built", "cargo build"]),
    ] {
        let refusal = folder.refusal(&arguments);
        assert!(parts.iter().all(|part| refusal.contains(part)), "{refusal}");
        assert_eq!(refusal.trim().lines().count(), 1, "{refusal}");
    }
    assert!(!folder.is_described());
}
