//! Parts that must agree: the crates' arrows, and the template with the binaries and the samples.

use std::{collections::BTreeSet, path::Path, process::Command};

use serde_json::Value;
use shared::http::Policy;
use tests::routes::every_route;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

fn metadata() -> Value {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output();
    serde_json::from_slice(&metadata.expect("cargo metadata").stdout).expect("JSON")
}

fn packages() -> Vec<Value> {
    metadata()["packages"].as_array().expect("packages").clone()
}

fn string(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// Returns true for the package of a crate in functions/.
fn is_of_functions(package: &Value) -> bool {
    string(&package["manifest_path"]).contains("/functions/")
}

/// Returns true if a package may depend on another of ours.
fn may_depend(name: &str, target: &str, functions: &BTreeSet<&str>) -> bool {
    match name {
        "chance" | "client" | "partitions" | "shared" | "resample" | "running-system"
        | "warehouse" => false,
        "cli" => target == "client",
        "simulate" => matches!(target, "capacity" | "chance"),
        "load" => matches!(target, "chance" | "client" | "running-system"),
        "imaging" => target == "resample",
        "torture" => matches!(target, "chance" | "load" | "running-system" | "shared"),
        "local" => matches!(target, "chance" | "client" | "running-system"),
        "media" | "sharing" => matches!(target, "shared" | "imaging"),
        "bench" => {
            matches!(target, "chance" | "shared" | "imaging" | "partitions" | "running-system")
        }
        "tests" => {
            functions.contains(target)
                || matches!(target, "shared" | "partitions" | "running-system")
        }
        _ => target == "shared",
    }
}

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let mut ours = BTreeSet::new();
    let mut functions = BTreeSet::new();
    for package in &packages {
        let name = string(&package["name"]);
        ours.insert(name);
        if is_of_functions(package) {
            functions.insert(name);
        }
    }
    assert!(functions.len() >= 6 && ours.len() >= 10, "found too little to check: {ours:?}");
    for package in &packages {
        let name = string(&package["name"]);
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let target = string(&dependency["name"]);
            let is_allowed = !ours.contains(target) || may_depend(name, target, &functions);
            assert!(is_allowed, "{name} must not depend on {target}");
        }
    }
}

/// `GetAlbum` → `get-album`.
fn kebab(name: &str) -> String {
    let mut dashed = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !dashed.is_empty() {
            dashed.push('-');
        }
        dashed.push(letter.to_ascii_lowercase());
    }
    dashed
}

/// Returns what a function's entry has for a key, in quotes if it holds braces.
fn value<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = block.split_once(&format!(" {key}: "))?;
    match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => after.split([',', '}', '\n']).next(),
    }
}

/// A function of the template.
struct TemplateFunction {
    /// The name of its binary.
    binary: String,
    /// `METHOD /path`, of a route.
    route: Option<String>,
    /// Its entry.
    entry: String,
}

fn template_functions() -> Vec<TemplateFunction> {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let (_, resources) = text.split_once("\nResources:\n").expect("resources");
    let mut functions = Vec::new();
    for entry in resources.split("\n\n") {
        if !entry.contains("Type: AWS::Serverless::Function") {
            continue;
        }
        let id = entry.lines().find_map(logical_id).expect("a logical id");
        let entry = entry.to_owned();
        functions.push(TemplateFunction { binary: kebab(id), route: route(&entry), entry });
    }
    assert!(functions.len() >= 16, "found too little to check: {}", functions.len());
    functions
}

/// Returns the logical id that a line of the template begins an entry with.
fn logical_id(line: &str) -> Option<&str> {
    let id = line.strip_prefix("  ")?.strip_suffix(':')?;
    if id.starts_with(' ') { None } else { Some(id) }
}

fn route(entry: &str) -> Option<String> {
    let method = value(entry, "Method")?;
    // A last parameter that takes slashes, too, is `{tag+}` to API Gateway, and `{tag}` to the
    // code.
    let path = value(entry, "Path")?.replace("+}", "}");
    Some(format!("{method} {path}"))
}

/// Returns the names of the binaries in the crates of functions/.
fn binaries() -> BTreeSet<String> {
    let mut binaries = BTreeSet::new();
    for package in packages() {
        if !is_of_functions(&package) {
            continue;
        }
        for target in package["targets"].as_array().expect("targets") {
            if target["kind"] == serde_json::json!(["bin"]) {
                binaries.insert(string(&target["name"]).to_owned());
            }
        }
    }
    binaries
}

#[test]
fn every_function_has_a_binary_and_an_event_and_none_is_left_over() {
    let mut functions = BTreeSet::new();
    for function in template_functions() {
        functions.insert(function.binary);
    }
    assert_eq!(binaries(), functions, "binaries (left), and functions of template.yaml (right)");
    let mut events = BTreeSet::new();
    for file in std::fs::read_dir(root().join("events")).expect("events/") {
        let path = file.expect("a file").path();
        let name = path.file_stem().expect("a name");
        events.insert(name.to_string_lossy().into_owned());
    }
    assert_eq!(
        events, functions,
        "files of events/ (left), and functions of template.yaml (right)"
    );
}

/// The template's routes are those of the code, each in a module that begins with where it is.
#[test]
fn every_route_is_where_the_template_says() {
    let mut routes = BTreeSet::new();
    for function in template_functions() {
        if let Some(route) = function.route {
            routes.insert((function.binary, route));
        }
    }
    assert!(routes.len() >= 13, "found too little to check: {routes:?}");
    let mut of_code = BTreeSet::new();
    for entry in every_route() {
        let place = entry.spec.name();
        let module = kebab(entry.name).replace('-', "_");
        let file = format!("functions/{}/src/{module}.rs", entry.resource);
        let source = std::fs::read_to_string(root().join(&file)).expect("the route's module");
        assert!(
            source.starts_with(&format!("//! `{place}`")),
            "{file} does not begin with //! `{place}`"
        );
        of_code.insert((kebab(entry.name), place));
    }
    let same = "the same routes in tests/src/routes.rs (left) and template.yaml (right)";
    assert_eq!(of_code, routes, "{same}");
}

/// Floods of tries end before any function is called.
#[test]
fn every_route_that_anybody_tries_passwords_by_is_throttled() {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let mut guessed = 0;
    for entry in every_route() {
        if entry.spec.policy != Some(Policy::LogIn) {
            continue;
        }
        guessed += 1;
        let place = entry.spec.name();
        let throttle = format!(
            "        {place}: {{ThrottlingRateLimit: !FindInMap [Stage, !Ref Scale, LogIns]"
        );
        assert!(text.contains(&throttle), "{place} has no throttle of its own");
    }
    assert!(guessed >= 4, "found too little to check: {guessed}");
}

/// The record of a request that may be repeated is signed.
#[test]
fn every_function_that_answers_a_post_can_sign() {
    let mut posts = 0;
    for function in template_functions() {
        if value(&function.entry, "Method") == Some("POST") {
            posts += 1;
            let can_sign = function.entry.contains("SIGNING_KEY: !Ref SigningKey");
            assert!(can_sign, "{} answers a POST and has no SIGNING_KEY", function.binary);
        }
    }
    assert!(posts >= 12, "found too little to check: {posts}");
}

/// POSTs that only read.
const READS: [&str; 3] = ["check-photos", "request-verification", "sign-upload-parts"];

#[test]
fn every_function_that_writes_to_a_database_can_record_it() {
    let mut writing = 0;
    for TemplateFunction { binary, entry, .. } in template_functions() {
        let writes = value(&entry, "Method").is_some_and(|method| method != "GET");
        let has_rows = entry.contains("LIBRARY_SHARDS") || entry.contains("ACCOUNTS_SHARDS");
        if writes && has_rows && !READS.contains(&binary.as_str()) {
            writing += 1;
            let can_record = entry.contains("ACTIVITY_SHARDS: !GetAtt Data.Outputs.ActivityShards");
            assert!(can_record, "{binary} writes and has no ACTIVITY_SHARDS");
        }
    }
    assert!(writing > 25, "found too little to check: {writing}");
}

/// `cargo lambda build` builds the workspace's default members, and whatever features one of them
/// asks for, all that is deployed has.
#[test]
fn what_is_deployed_has_the_features_of_functions_alone() {
    let metadata = metadata();
    let members = metadata["workspace_default_members"]
        .as_array()
        .expect("default members");
    assert!(members.len() >= 6, "found too little to check: {members:?}");
    for member in members {
        let member = string(member);
        assert!(member.contains("/functions/"), "{member} is not deployed");
    }
}

/// `cargo lambda build` adds to the profile what it does not name, and its `panic` would be
/// `abort`.
#[test]
fn what_is_deployed_unwinds_as_what_is_tested() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace");
    let (_, after) = manifest
        .split_once("\n[profile.release]\n")
        .expect("a profile");
    let profile = after.split("\n[").next().expect("its settings");
    assert!(profile.contains("\npanic = \"unwind\""), "{profile}");
    for named in ["codegen-units", "lto", "opt-level", "strip"] {
        assert!(
            profile.lines().any(|line| line.starts_with(named)),
            "{named} is left to cargo-lambda"
        );
    }
}
