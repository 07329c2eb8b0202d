//! The OpenAPI document: what the code says, and what clients were promised.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use tests::{contract, openapi::document, route_list, unions};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

#[test]
fn the_document_is_what_the_code_says() {
    let kept = fs::read_to_string(root().join("docs/openapi.json")).expect("docs/openapi.json");
    let made = serde_json::to_string_pretty(&document()).expect("JSON") + "\n";
    assert!(
        kept == made,
        "docs/openapi.json differs from the code: run ./dev openapi, and look at what it changes"
    );
}

#[test]
fn the_list_of_routes_is_what_the_code_says() {
    let kept = fs::read_to_string(root().join("docs/routes.md")).expect("docs/routes.md");
    assert!(kept == route_list::page(), "docs/routes.md differs from the code: run ./dev openapi");
}

#[test]
fn nothing_that_a_client_relies_on_has_gone() {
    let promised = fs::read_to_string(root().join("tests/contract/v1.txt")).expect("the contract");
    let promised: BTreeSet<String> = promised.lines().map(str::to_owned).collect();
    assert!(promised.len() > 100, "found too little to check");
    let broken = contract::broken(&promised, &contract::facts(&document()));
    assert!(broken.is_empty(), "a client of /v1 breaks:\n{}", broken.join("\n"));
}

/// Generators of clients know lists of words as `enum`, and cannot tell one object from another
/// without a discriminator.
#[test]
fn no_client_has_to_guess() {
    let document = document();
    assert_eq!(unions::guessed(&document), Vec::<String>::new());
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let told_apart = schemas
        .values()
        .filter(|schema| schema.get("discriminator").is_some())
        .count();
    let listed = schemas
        .values()
        .filter(|schema| schema.get("enum").is_some())
        .count();
    assert!(told_apart >= 3 && listed >= 3, "found too little to check");
}

/// Every example is one of what it stands for.
#[test]
fn every_example_fits_its_schema() {
    let document = document();
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let answers = operation["responses"]
                .as_object()
                .expect("responses")
                .values();
            let bodies = answers.chain(operation.get("requestBody"));
            for media in bodies
                .filter_map(|b| b["content"].as_object())
                .flat_map(serde_json::Map::values)
            {
                let one = media.get("example");
                let more = media["examples"]
                    .as_object()
                    .into_iter()
                    .flat_map(|m| m.values().map(|e| &e["value"]));
                let examples: Vec<&Value> = one.into_iter().chain(more).collect();
                assert!(!examples.is_empty(), "{method} {path} has a body without an example");
                for example in examples {
                    let mut schema = media["schema"].clone();
                    schema["components"] = document["components"].clone();
                    let validator = jsonschema::options()
                        .should_validate_formats(true)
                        .build(&schema)
                        .expect("a schema");
                    let errors: Vec<_> = validator
                        .iter_errors(example)
                        .map(|e| format!("{e} at {}", e.instance_path()))
                        .collect();
                    assert!(errors.is_empty(), "{method} {path}: {errors:?} in {example}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 100, "found too little to check");
}

/// Every problem that there is has its line in `docs/problems.md`, with its status.
#[test]
fn every_problem_is_explained() {
    let text = fs::read_to_string(root().join("docs/problems.md")).expect("docs/problems.md");
    for kind in shared::http::ProblemKind::ALL {
        let line = format!("| `{}` | {} |", kind.uri(), kind.status);
        assert!(text.contains(&line), "docs/problems.md has no line that begins with {line}");
    }
    let lines = text
        .lines()
        .filter(|line| line.starts_with("| `/problems/"))
        .count();
    assert_eq!(
        lines,
        shared::http::ProblemKind::ALL.len(),
        "docs/problems.md explains problems that there are not"
    );
}
