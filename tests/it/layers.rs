//! The folders of `shared` point one way: none imports another that imports it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The folders of `shared/src`, and files beside them, with those that each may import. `error`
/// names ids, and values of the domain are refused by errors: these two know each other.
const ALLOWED: [(&str, &[&str]); 15] = [
    ("domain", &["error"]),
    ("error", &["domain"]),
    ("env", &["error"]),
    ("freeze_detection", &[]),
    ("activity", &["domain"]),
    ("telemetry", &["domain"]),
    ("stores/dynamodb", &["domain", "env", "error"]),
    (
        "stores/mysql",
        &["activity", "domain", "env", "error", "freeze_detection", "stores/dynamodb"],
    ),
    ("stores/redshift", &["domain", "env", "error"]),
    ("stores/s3", &["domain", "env", "error", "stores/mysql"]),
    ("stores/ses", &["domain", "env", "error"]),
    ("stores/sqs", &["domain", "env", "error", "stores/redshift"]),
    ("http", &["activity", "domain", "env", "error", "stores", "telemetry"]),
    ("queue", &["activity", "error", "stores", "telemetry"]),
    (
        "runtime",
        &["activity", "env", "error", "freeze_detection", "http", "queue", "stores", "telemetry"],
    ),
];

fn source() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../shared/src")
}

fn files_in(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_in(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The folder that a path of modules leads to: the first part, or two parts inside `stores`.
fn folder_of<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<String> {
    let first = parts.next()?;
    let engines = ["dynamodb", "mysql", "redshift", "s3", "ses", "sqs"];
    match parts.next() {
        Some(second) if first == "stores" && engines.contains(&second) => {
            Some(format!("stores/{second}"))
        }
        _ => Some(first.to_owned()),
    }
}

/// The paths that a tree of imports names: `a::{b, c::d}` → `a::b`, `a::c::d`.
fn paths(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        found.push(format!("{prefix}{tree}"));
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let inside = tree[open + 1..].strip_suffix('}').unwrap_or_default();
    let mut depth = 0;
    let mut start = 0;
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths(&prefix, &inside[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inside[start..].trim().is_empty() {
        paths(&prefix, &inside[start..], found);
    }
}

/// The folders that a file imports something of, its tests apart.
fn imports(source: &str) -> BTreeSet<String> {
    let source = source
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let code: Vec<_> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let end = if rest.starts_with('{') { rest.find(';') } else { None };
        let word = |letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':';
        let end = end.or_else(|| rest.find(word)).unwrap_or(rest.len());
        paths("", &rest[..end], &mut found);
    }
    found
        .iter()
        .filter_map(|path| folder_of(path.split("::").map(str::trim)))
        .collect()
}

#[test]
fn folders_of_the_shared_library_point_one_way() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    let root = source();
    let mut files = Vec::new();
    files_in(&root, &mut files);
    let mut arrows = 0;
    for file in files {
        let name = file.strip_prefix(&root).expect("a file of shared");
        let name = name.with_extension("");
        let name = name.to_string_lossy();
        let folder = folder_of(name.split('/')).expect("a folder");
        let Some(allowed) = allowed.get(folder.as_str()) else { continue };
        let text = fs::read_to_string(&file).expect("a source file");
        for import in imports(&text) {
            arrows += 1;
            let inside = import == folder || folder.starts_with(&format!("{import}/"));
            let inside = inside && import != "stores";
            assert!(
                inside || allowed.contains(&import.as_str()) || is_any_store(allowed, &import),
                "{name}: {folder} must not import {import}"
            );
        }
    }
    assert!(arrows > 200, "found too little to check: {arrows} arrows");
}

/// Whoever may import all stores may import each.
fn is_any_store(allowed: &[&str], import: &str) -> bool {
    import.starts_with("stores/") && allowed.contains(&"stores")
}

#[test]
fn no_two_folders_import_each_other_but_errors_and_the_domain() {
    let allowed: BTreeMap<_, _> = ALLOWED.into_iter().collect();
    for (folder, imports) in ALLOWED {
        for import in imports {
            let back = allowed
                .get(import)
                .is_some_and(|back| back.contains(&folder));
            let known = [folder, *import]
                .iter()
                .all(|one| ["domain", "error"].contains(one));
            assert!(!back || known, "{folder} and {import} import each other");
        }
    }
}
