//! `load`: a short run against the system under test, every answer of which is right.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

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
    let options = format!(
        "--people 2 --albums 2 --photos 6 --rate 8 --warm-up 1 --seconds {seconds} \
         --mix look=4,guest=2,search=1,sync=1,upload=1,comment=1"
    );
    let out = folder.to_str().expect("a path");
    let output = run(&options, &["--system", &system, "--out", out, "--slo", objective]);
    let report = std::fs::read(folder.join("report.json")).unwrap_or_else(|_| {
        panic!("no report: {}", String::from_utf8_lossy(&output.stderr));
    });
    (output, serde_json::from_slice(&report).expect("JSON"))
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
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("a page");
    assert_eq!(page.matches("<svg").count(), 5);
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
