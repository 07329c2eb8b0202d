//! Writes `docs/openapi.json` and `docs/routes.md` from the routes' own types; with `--release`, also the contract that
//! later versions are held to.

use std::{fs, path::Path};

use tests::{contract::facts, openapi::document, route_list};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let document = document();
    let text = serde_json::to_string_pretty(&document)? + "\n";
    fs::write(root.join("docs/openapi.json"), text)?;
    fs::write(root.join("docs/routes.md"), route_list::page())?;
    if std::env::args().any(|argument| argument == "--release") {
        let lines: Vec<_> = facts(&document).iter().map(ToString::to_string).collect();
        fs::write(root.join("tests/contract/v1.txt"), lines.join("\n") + "\n")?;
    }
    Ok(())
}
