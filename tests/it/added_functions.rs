//! Functions that `./dev add-function` begins are like their neighbours.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use serde_json::Value;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

/// A copy of what the command writes to.
fn copy() -> TempDir {
    let copy = TempDir::new().expect("a temporary folder");
    fs::create_dir_all(copy.path().join("tests/src")).expect("a folder");
    for part in ["functions", "events", "template.yaml", "tests/src/routes.rs"] {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(root().join(part))
            .arg(copy.path().join(part))
            .status();
        assert!(copied.expect("cp").success(), "{part}");
    }
    copy
}

fn begin(copy: &TempDir, arguments: &[&str]) -> String {
    let output = Command::new("python3")
        .arg(root().join("scripts/add_function.py"))
        .arg("--root")
        .arg(copy.path())
        .args(arguments)
        .output()
        .expect("python3");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

fn read(copy: &TempDir, path: &str) -> String {
    fs::read_to_string(copy.path().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// Holds that the sample event has the members that a neighbour's has.
fn assert_event_is_like(copy: &TempDir, event: &str, neighbour: &str) {
    let keys = |file: &str| {
        let event: Value = serde_json::from_str(&read(copy, file)).expect("JSON");
        let members = event.as_object().expect("an object");
        members.keys().cloned().collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(event), keys(neighbour), "{event}");
}

#[test]
fn a_route_is_begun() {
    let copy = copy();
    let said = begin(&copy, &["finding", "ListCameras", "PUT /v1/photos/{photo}/cameras/{camera}"]);
    assert!(said.contains("functions/finding/src/list_cameras.rs"), "{said}");
    let module = read(&copy, "functions/finding/src/list_cameras.rs");
    assert!(module.starts_with("//! `PUT /v1/photos/{photo}/cameras/{camera}`"), "{module}");
    assert!(module.contains("Spec::put(\"/v1/photos/{photo}/cameras/{camera}\")"), "{module}");
    let binary = read(&copy, "functions/finding/src/bin/list-cameras.rs");
    assert!(binary.contains("use finding::ListCameras;"), "{binary}");
    let library = read(&copy, "functions/finding/src/lib.rs");
    assert!(library.contains("mod list_buckets;\nmod list_cameras;\n"), "{library}");
    assert!(library.contains("pub use list_cameras::ListCameras;\n"), "{library}");
    let manifest = read(&copy, "functions/finding/Cargo.toml");
    let entry = "[[bin]]\nname = \"list-cameras\"\npath = \"src/bin/list-cameras.rs\"\n\
                 test = false\n";
    assert!(manifest.contains(entry), "{manifest}");
    let routes = read(&copy, "tests/src/routes.rs");
    assert!(routes.contains("        finding::ListCameras => Caller;\n"), "{routes}");
    let template = read(&copy, "template.yaml");
    assert!(template.contains("\n\n  ListCameras:\n    Type: AWS::Serverless::Function\n"));
    assert_event_is_like(&copy, "events/list-cameras.json", "events/put-member.json");
}

#[test]
fn a_worker_and_a_job_are_begun() {
    let copy = copy();
    let said = begin(&copy, &["media", "MakePreviews", "--queue", "PreviewQueue"]);
    assert!(said.contains("infra/monitoring.yaml"), "{said}");
    assert!(read(&copy, "functions/media/src/make_previews.rs").contains("impl Worker for Make"));
    assert!(read(&copy, "template.yaml").contains("Queue: !GetAtt PreviewQueue.Arn"));
    assert_event_is_like(&copy, "events/make-previews.json", "events/project.json");

    begin(&copy, &["lifecycle", "CountThings", "--schedule", "rate(1 day)"]);
    let job = read(&copy, "functions/lifecycle/src/count_things.rs");
    assert!(job.contains("impl ScheduledJob for CountThings"), "{job}");
    assert!(read(&copy, "template.yaml").contains("Schedule: rate(1 day)"));
    assert_event_is_like(&copy, "events/count-things.json", "events/relay-outbox.json");
}

#[test]
fn what_is_there_is_not_begun_again() {
    let copy = copy();
    let output = Command::new("python3")
        .arg(root().join("scripts/add_function.py"))
        .arg("--root")
        .arg(copy.path())
        .args(["finding", "ListTags", "GET /v1/tags"])
        .output()
        .expect("python3");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("list_tags.rs already"), "{said}");
    let kept = read(&copy, "functions/finding/src/list_tags.rs");
    let there = fs::read_to_string(root().join("functions/finding/src/list_tags.rs"));
    assert_eq!(kept, there.expect("the module"));
}
