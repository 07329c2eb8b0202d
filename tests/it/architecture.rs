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

#[test]
fn dependencies_point_one_way() {
    let packages = packages();
    let ours: BTreeSet<_> = packages
        .iter()
        .map(|package| string(&package["name"]))
        .collect();
    let functions: BTreeSet<_> = packages
        .iter()
        .filter(|package| string(&package["manifest_path"]).contains("/functions/"))
        .map(|package| string(&package["name"]))
        .collect();
    assert!(functions.len() >= 6 && ours.len() >= 10, "found too little to check: {ours:?}");
    for package in &packages {
        let name = string(&package["name"]);
        let arrows = package["dependencies"]
            .as_array()
            .expect("dependencies")
            .iter()
            .map(|d| string(&d["name"]));
        for target in arrows.filter(|target| ours.contains(target)) {
            let allowed = match name {
                "shared" | "resample" | "running-system" | "warehouse" => false,
                "imaging" => target == "resample",
                "local" => target == "running-system",
                "media" => matches!(target, "shared" | "imaging"),
                "bench" => matches!(target, "shared" | "imaging" | "running-system"),
                "tests" => {
                    functions.contains(target) || matches!(target, "shared" | "running-system")
                }
                _ => target == "shared",
            };
            assert!(allowed, "{name} must not depend on {target}");
        }
    }
}

/// `GetAlbum` → `get-album`.
fn kebab(name: &str) -> String {
    let dashed = name
        .chars()
        .flat_map(|c| if c.is_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] });
    dashed
        .collect::<String>()
        .trim_start_matches('-')
        .to_owned()
}

/// Returns what a function's entry has for a key, in quotes if it holds braces.
fn value<'a>(block: &'a str, key: &str) -> Option<&'a str> {
    let (_, after) = block.split_once(&format!(" {key}: "))?;
    match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => after.split([',', '}', '\n']).next(),
    }
}

/// The template's functions: name of the binary, and `METHOD /path` of a route.
fn template() -> Vec<(String, Option<String>)> {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let resources = text.split_once("\nResources:\n").expect("resources").1;
    let mut functions = Vec::new();
    for block in resources
        .split("\n\n")
        .filter(|block| block.contains("Type: AWS::Serverless::Function"))
    {
        let id = block.lines().find_map(|l| {
            l.strip_prefix("  ")?
                .strip_suffix(':')
                .filter(|l| !l.starts_with(' '))
        });
        // A last parameter that takes slashes, too, is `{tag+}` to API Gateway, and `{tag}` to the
        // code.
        let path = value(block, "Path").map(|path| path.replace("+}", "}"));
        let route = value(block, "Method")
            .zip(path)
            .map(|(method, path)| format!("{method} {path}"));
        functions.push((kebab(id.expect("a logical id")), route));
    }
    functions
}

#[test]
fn every_function_has_a_binary_and_an_event_and_none_is_left_over() {
    let functions: BTreeSet<_> = template().into_iter().map(|(binary, _)| binary).collect();
    assert!(functions.len() >= 16, "found too little to check: {functions:?}");
    let packages = packages();
    let of_functions = packages
        .iter()
        .filter(|package| string(&package["manifest_path"]).contains("/functions/"));
    let targets = of_functions.flat_map(|package| package["targets"].as_array().expect("targets"));
    let binaries = targets.filter(|target| target["kind"] == serde_json::json!(["bin"]));
    let binaries: BTreeSet<_> = binaries
        .map(|target| string(&target["name"]).to_owned())
        .collect();
    assert_eq!(binaries, functions, "binaries and the template's functions");
    let events = std::fs::read_dir(root().join("events")).expect("events/");
    let events = events.map(|file| {
        file.expect("a file")
            .path()
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned()
    });
    assert_eq!(
        events.collect::<BTreeSet<_>>(),
        functions,
        "sample events and the template's functions"
    );
}

/// The template's routes are those of the code, each in a module that begins with where it is.
#[test]
fn every_route_is_where_the_template_says() {
    let routes: BTreeSet<_> = template()
        .into_iter()
        .filter_map(|(binary, route)| Some((binary, route?)))
        .collect();
    assert!(routes.len() >= 13, "found too little to check: {routes:?}");
    let doors = every_route();
    let of_code = doors
        .iter()
        .map(|door| (kebab(door.name), door.spec.name()))
        .collect::<BTreeSet<_>>();
    assert_eq!(of_code, routes, "the routes of the code and of the template");
    for door in doors {
        let file =
            format!("functions/{}/src/{}.rs", door.resource, kebab(door.name).replace('-', "_"));
        let source = std::fs::read_to_string(root().join(&file)).expect("the route's module");
        assert!(
            source.starts_with(&format!("//! `{}`", door.spec.name())),
            "{file} begins with another place"
        );
    }
}

/// Floods of tries end before any function is called.
#[test]
fn every_route_that_anybody_tries_passwords_by_is_throttled() {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let guessed = every_route()
        .into_iter()
        .filter(|door| door.spec.policy == Some(Policy::LogIn));
    let guessed: Vec<_> = guessed.map(|door| door.spec.name()).collect();
    assert!(guessed.len() >= 4, "found too little to check: {guessed:?}");
    for route in guessed {
        let throttle = format!(
            "        {route}: {{ThrottlingRateLimit: !FindInMap [Stage, !Ref Scale, LogIns]"
        );
        assert!(text.contains(&throttle), "{route} has no throttle of its own");
    }
}

/// The record of a request that may be repeated is signed.
#[test]
fn every_function_that_answers_a_post_can_sign() {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let functions = text
        .split("\n\n")
        .filter(|block| block.contains("Type: AWS::Serverless::Function"));
    let posts: Vec<_> = functions
        .filter(|block| value(block, "Method") == Some("POST"))
        .collect();
    assert!(posts.len() >= 12, "found too little to check: {}", posts.len());
    for block in posts {
        assert!(block.contains("SIGNING_KEY: !Ref SigningKey"), "no key for\n{block}");
    }
}

/// POSTs that only read.
const READS: [&str; 2] = ["check-photos", "sign-upload-parts"];

#[test]
fn every_function_that_writes_to_a_database_can_record_it() {
    let text = std::fs::read_to_string(root().join("template.yaml")).expect("template.yaml");
    let resources = text.split_once("\nResources:\n").expect("resources").1;
    let mut writing = 0;
    for block in resources
        .split("\n\n")
        .filter(|block| block.contains("Type: AWS::Serverless::Function"))
    {
        let id = block.lines().find_map(|l| {
            l.strip_prefix("  ")?
                .strip_suffix(':')
                .filter(|l| !l.starts_with(' '))
        });
        let name = kebab(id.expect("a logical id"));
        let writes = value(block, "Method").is_some_and(|method| method != "GET");
        let has_rows = block.contains("LIBRARY_SHARDS") || block.contains("ACCOUNTS_SHARDS");
        if writes && has_rows && !READS.contains(&name.as_str()) {
            writing += 1;
            assert!(
                block.contains("ACTIVITY_SHARDS: !GetAtt Data.Outputs.ActivityShards"),
                "{name} writes and has no record"
            );
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
