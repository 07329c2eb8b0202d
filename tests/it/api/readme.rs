//! The README's examples, run as they stand.

use std::path::Path;

use tempfile::TempDir;
use tests::{System, person::address, photograph};
use tokio::process::Command;

/// Every request must succeed, and a pipe with its first command.
const STRICT: &str =
    "set -euo pipefail\ncurl() { command curl --show-error --fail-with-body \"$@\"; }\n";

#[tokio::test]
async fn the_examples_of_the_readme_show_a_photo() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let system = System::shared();
    let script = examples(&readme, "Use the API").replace("http://localhost:8080", &system.origin);
    assert!(script.matches("curl ").count() > 5, "found too little to run:\n{script}");
    // Other tests share the system, and addresses are bound for ever.
    let script = format!("{STRICT}{}", script.replace("ana@example.org", &address()));

    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("photo.jpg"), photograph::jpeg(640, 480, 90))
        .expect("a photo");
    let mut bash = Command::new("bash");
    let output = bash
        .args(["-c", &script])
        .current_dir(folder.path())
        .kill_on_drop(true)
        .output()
        .await;
    let output = output.expect("bash");
    let [said, failed] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    assert!(output.status.success(), "{script}\n{said}\n{failed}");

    for word in [
        "photo.jpg",
        "ready",
        "The ferry at noon",
        "\"lake\"",
        "\"kind\": \"photo\"",
        "\"photo_count\": 1",
    ] {
        assert!(said.contains(word), "the examples show {word}: {said}");
    }
    let small = std::fs::read(folder.path().join("small.webp")).expect("small.webp");
    assert!(
        small.starts_with(b"RIFF") && small[8..].starts_with(b"WEBP"),
        "a rendition was fetched"
    );
}

/// The shell blocks of a section.
fn examples(text: &str, section: &str) -> String {
    let (_, rest) = text
        .split_once(&format!("\n## {section}\n"))
        .expect("the section");
    let section = rest.split("\n## ").next().unwrap_or(rest);
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .filter_map(|block| Some(block.split_once("```")?.0))
        .collect()
}
