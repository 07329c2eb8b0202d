//! `load`: a short run against the system under test, every answer of which is right.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tests::OwnSystem;

/// The program, which is built beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("this binary's path");
    test.parent()
        .and_then(Path::parent)
        .expect("target/debug")
        .join("load")
}

fn run(options: &str, more: &[&str]) -> Output {
    Command::new(program())
        .args(options.split_whitespace())
        .args(more)
        .output()
        .expect("the program")
}

/// Runs a few requests of every kind; returns the output and the report.
fn short_run(folder: &Path, seconds: u32, objective: &str) -> (Output, Value) {
    let system = std::env::var("ALBUMEN_SYSTEM").expect("the system under test");
    // Other tests fill the queues of that system, so there is no point in waiting for them.
    let options = format!(
        "--people 2 --albums 2 --photos 6 --rate 8 --warm-up 1 --seconds {seconds} \
         --mix look=4,guest=2,search=1,sync=1,upload=1,comment=1 --drain-seconds 1"
    );
    let out = folder.to_str().expect("a path");
    let output = run(&options, &["--system", &system, "--out", out, "--slo", objective]);
    let report = report(folder, &output);
    (output, report)
}

fn report(folder: &Path, output: &Output) -> Value {
    let report = std::fs::read(folder.join("report.json")).unwrap_or_else(|_| {
        panic!("no report: {}", String::from_utf8_lossy(&output.stderr));
    });
    serde_json::from_slice(&report).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_carried_and_every_answer_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let (output, report) = short_run(folder.path(), 6, "all errors<0.1%");
    assert_eq!(report["errors"], serde_json::json!({}), "{report:#}");
    let total = &report["total"];
    assert!(total["offered"].as_u64().expect("a number") >= 30, "{total}");
    assert_eq!(total["offered"], total["right"], "{total}");
    let routes = report["routes"].as_array().expect("routes");
    let names: Vec<_> = routes.iter().map(|route| route["route"].as_str()).collect();
    for name in ["GET /v1/albums/{album}", "GET /v1/shared/{token}", "photo ready"] {
        assert!(names.contains(&Some(name)), "{name} is not in {names:?}");
    }
    for route in routes {
        assert!(route["p50_ms"].as_f64().expect("a time") > 0.0, "{route}");
    }
    is_of_the_system_s_processes(&report["machine"]);
    is_of_its_engines(&report["engines"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("a page");
    assert_eq!(page.matches("<svg").count(), 12);
    a_report_can_be_compared_with_itself(&folder.path().join("report.json"));
}

fn is_of_the_system_s_processes(machine: &Value) {
    let programs = machine["programs"].as_array().expect("programs");
    let mut names = Vec::new();
    for program in programs {
        names.push(program["name"].as_str().expect("a name"));
    }
    for name in ["get-album", "local: gateway, S3, DynamoDB, SQS", "load, this generator"] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    let database = names
        .iter()
        .any(|name| matches!(*name, "mariadbd" | "mysqld"));
    assert!(database, "no database is in {names:?}");
    assert!(machine["processors"].as_u64().expect("a number") >= 1);
}

fn is_of_its_engines(engines: &Value) {
    let sum = |name: &str| -> f64 {
        let values = engines[name].as_array().expect("values");
        values.iter().filter_map(Value::as_f64).sum()
    };
    for name in ["units_read", "units_written", "statements", "connections"] {
        assert!(sum(name) > 0.0, "{name} in {engines}");
    }
    assert!(engines["most_connections"].as_f64() > Some(1.0), "{engines}");
}

/// Many who upload at once get their turn one after the other, while readers read; afterwards nothing
/// is left, though nobody did anything about it.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_uploads_beside_readers_drains_by_itself() {
    // A system of its own: in the other's queues are messages of other tests.
    let own = OwnSystem::start(&["WritesPerMinute=1000000", "LoginsPerMinute=100000"]).await;
    let system = own.data().join("system.json");
    let folder = tempfile::tempdir().expect("a folder");
    let paths = ["--system", path(&system), "--out", path(folder.path())];
    let output = run(
        "--people 2 --albums 2 --photos 6 --rate 4 --warm-up 1 --seconds 6 --mix look=4,guest=2 \
         --burst upload=16",
        &paths,
    );
    let report = report(folder.path(), &output);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(report["errors"], serde_json::json!({}), "{said}");
    let routes = report["routes"].as_array().expect("routes");
    let ready = routes.iter().find(|route| route["route"] == "photo ready");
    assert_eq!(ready.map(|ready| &ready["right"]), Some(&serde_json::json!(16)), "{said}");
    let drain = &report["drain"];
    assert!(drain["seconds"].as_f64().is_some(), "{said}");
    assert!(drain["burst_seconds"].as_f64() > Some(0.0), "{said}");
    assert_eq!(drain["messages_left"], 0);
    assert!(drain["memory_after_mb"].as_f64() > Some(0.0));
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn a_report_can_be_compared_with_itself(report: &Path) {
    let report = report.to_str().expect("a path");
    let output = run("--compare", &[report, report]);
    let text = String::from_utf8(output.stdout).expect("a text");
    assert!(output.status.success() && text.contains("all requests"), "{text}");
    assert!(!text.contains("differs"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_objective_that_is_missed_fails_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let (output, report) = short_run(folder.path(), 2, "all p50<0.001ms");
    assert_eq!(report["objectives"][0]["kept"], false, "{report:#}");
    assert_eq!(output.status.code(), Some(1));
}
