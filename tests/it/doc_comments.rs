//! Doc comments say what a thing is or does. One that opens as a question does ("What a caller …",
//! "Whether …") leaves the answer to its reader.

use std::{
    fs,
    path::{Path, PathBuf},
};

const INTERROGATIVES: [&str; 10] =
    ["What", "Who", "Whose", "Whom", "How", "Whether", "Where", "When", "Which", "Why"];

/// Returns the text of a line that is a doc comment.
fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("///")
        .or_else(|| line.strip_prefix("//!"))
}

/// Returns the numbers of the lines at which doc comments open as questions do, counted from 1.
fn questions(source: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in source.lines().enumerate() {
        let text = doc(line);
        let opens = !inside && text.is_some();
        inside = text.is_some();
        let first = text.unwrap_or_default().split_whitespace().next();
        if opens && first.is_some_and(|word| INTERROGATIVES.contains(&word)) {
            found.push(index + 1);
        }
    }
    found
}

/// Adds the Rust files in a folder and below, but for those that cargo builds.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn an_opening_question_is_found_and_no_other() {
    let answered = "/// The size.\n/// How it is measured.\nfn size() {}\n";
    assert_eq!(questions(answered), [0; 0]);
    let asked = "//! What this is.\n\nfn size() {}\n    /// Whether it fits.\n";
    assert_eq!(questions(asked), [1, 4]);
}

#[test]
fn doc_comments_say_what_a_thing_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["bench", "cli", "client", "functions", "imaging", "local", "shared", "tests"] {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 500, "found too little to check");
    let mut faults = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source");
        for line in questions(&source) {
            faults.push(format!("{}:{line}", file.display()));
        }
    }
    assert!(faults.is_empty(), "these open with an interrogative: {faults:#?}");
}
