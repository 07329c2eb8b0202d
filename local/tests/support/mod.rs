//! A host of real function processes, for several tests.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use local::{
    dynamodb::listen,
    host::{Host, HostSettings},
    template::{Function, Trigger},
};
use tokio::net::TcpListener;

/// The example that serves as a function.
pub const BINARY: &str = "echo-function";

/// Returns the folder of the examples. A plain `cargo test` builds them; one that names a test does
/// not.
pub fn binaries() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile_folder = test.parent().and_then(Path::parent).unwrap();
    let folder = profile_folder.join("examples");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let source = examples.join(BINARY).with_extension("rs");
    if modified(&folder.join(BINARY)) < modified(&source) {
        let built = Command::new(env!("CARGO"))
            .args(["build", "-q", "-p", "local", "--example", BINARY])
            .status();
        assert!(built.unwrap().success());
    }
    folder
}

/// Returns the time of a file's last change; `None`, which is before any, if there is no file.
fn modified(file: &Path) -> Option<SystemTime> {
    file.metadata().ok()?.modified().ok()
}

/// Returns the example as a function with these triggers.
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

/// Makes a host of one function, with its Invoke API on a free port; returns its origin too.
pub fn host(function: Function, change: impl FnOnce(&mut HostSettings)) -> (Host, String) {
    host_of(&[function], change)
}

/// Makes a host of several functions.
pub fn host_of(functions: &[Function], change: impl FnOnce(&mut HostSettings)) -> (Host, String) {
    let (listener, origin) = free_port();
    let mut settings = HostSettings::new(binaries());
    settings.environment = BTreeMap::from([("AWS_ACCESS_KEY_ID".into(), "local".into())]);
    change(&mut settings);
    let host = Host::new(functions, settings);
    let router = host.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (host, origin)
}

/// Listens on a free port; returns the origin too.
pub fn free_port() -> (TcpListener, String) {
    let listener = listen(0).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

/// Serves a gateway, which asks for the addresses of its peers.
pub fn serve_gateway(listener: TcpListener, gateway: axum::Router) {
    let service = gateway.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
}
