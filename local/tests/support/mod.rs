//! What the tests with real function processes share.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use local::{
    host::{Host, HostSettings},
    template::{Function, Trigger},
};

/// The example that serves as a function.
pub const BINARY: &str = "echo-function";

/// The folder of the examples. A plain `cargo test` builds them; one that names a test does not.
pub fn binaries() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.ancestors().nth(2).unwrap().join("examples");
    let source = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(BINARY)
        .with_extension("rs");
    let changed = |file: &Path| {
        file.metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
    };
    if changed(&folder.join(BINARY)) < changed(&source) {
        let built = Command::new(env!("CARGO"))
            .args(["build", "-q", "-p", "local", "--example", BINARY])
            .status();
        assert!(built.unwrap().success());
    }
    folder
}

/// The example as a function with these triggers.
pub fn function(timeout: Duration, triggers: Vec<Trigger>) -> Function {
    Function {
        id: "Echo".into(),
        name: "albumen-Echo".into(),
        binary: BINARY.into(),
        environment: [("GREETING".to_owned(), "hello".to_owned())].into(),
        memory: 256,
        timeout,
        reserved: None,
        log_group: "albumen-Logs".into(),
        triggers,
    }
}

/// A host of one function, with its Runtime API on a free port; returns its origin too.
pub fn host(function: Function, change: impl FnOnce(&mut HostSettings)) -> (Host, String) {
    host_of(&[function], change)
}

/// The same of several functions.
pub fn host_of(functions: &[Function], change: impl FnOnce(&mut HostSettings)) -> (Host, String) {
    let listener = local::dynamodb::listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let mut settings = HostSettings::new(binaries(), origin.clone());
    settings.environment = BTreeMap::from([("AWS_ACCESS_KEY_ID".into(), "local".into())]);
    change(&mut settings);
    let host = Host::new(functions, settings);
    let router = host.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (host, origin)
}
