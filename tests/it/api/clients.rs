//! Clients that other people's generators make of the OpenAPI document: each does the main job. The
//! generators are installed by `./dev test`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;
use tokio::process::Command;

const PATIENCE: Duration = Duration::from_mins(5);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the repository")
}

fn document() -> PathBuf {
    root().join("docs/openapi.json")
}

/// A folder with these files of `tests/clients`.
fn folder(files: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for file in files {
        fs::copy(root().join("tests/clients").join(file), folder.path().join(file)).expect(file);
    }
    folder
}

/// Returns what a program says that must succeed.
async fn said(command: &mut Command, folder: &TempDir) -> String {
    command
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .expect("an end in time");
    let output =
        output.unwrap_or_else(|error| panic!("{command:?}, which ./dev test installs: {error}"));
    let said = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    said
}

#[tokio::test]
async fn a_python_client_does_the_main_job() {
    let tools = root().join("target/clients/python/bin");
    let folder = folder(&["main_job.py", "python.yaml"]);
    let mut generate = Command::new(tools.join("openapi-python-client"));
    generate.args([
        "generate",
        "--meta",
        "none",
        "--config",
        "python.yaml",
        "--output-path",
        "albumen_client",
    ]);
    // What it cannot read it leaves out, and warns.
    generate
        .arg("--fail-on-warning")
        .arg("--path")
        .arg(document());
    said(&mut generate, &folder).await;
    let done = said(Command::new(tools.join("python")).arg("main_job.py"), &folder).await;
    assert!(done.contains("the main job is done"), "{done}");
}

#[tokio::test]
async fn a_typescript_client_does_the_main_job() {
    let modules = root().join("target/clients/typescript/node_modules");
    let folder = folder(&["main_job.ts", "package.json", "tsconfig.json"]);
    std::os::unix::fs::symlink(&modules, folder.path().join("node_modules")).expect("a link");
    let tool = |name: &str| Command::new(modules.join(".bin").join(name));
    said(
        tool("openapi-typescript")
            .arg(document())
            .args(["--output", "api.d.ts"]),
        &folder,
    )
    .await;
    said(tool("tsc").args(["--project", "."]), &folder).await;
    let done = said(Command::new("node").arg("out/main_job.js"), &folder).await;
    assert!(done.contains("the main job is done"), "{done}");
}
