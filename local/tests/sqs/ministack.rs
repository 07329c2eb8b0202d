//! ministack (PyPI), started for one test, bound to loopback, kept in a virtual environment under
//! the target folder.

use std::{
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// The version that the driver was last compared with.
const VERSION: &str = "ministack==1.5.33";

pub struct Ministack {
    pub endpoint: String,
    child: Child,
    _home: TempDir,
}

impl Drop for Ministack {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `None`, said aloud, where it cannot be had; in CI (`CI` is set) that is a failure.
pub async fn start() -> Option<Ministack> {
    match program() {
        Ok(program) => Some(run(&program).await),
        Err(reason) => {
            assert!(std::env::var_os("CI").is_none(), "ministack must be there in CI: {reason}");
            eprintln!("SKIPPED: SQS is not compared with ministack: {reason}");
            None
        }
    }
}

fn program() -> Result<PathBuf, String> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ministack");
    let program = environment.join("bin/ministack");
    if !program.exists() {
        succeed(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(&environment),
        )?;
        succeed(Command::new(environment.join("bin/pip")).args(["install", "--quiet", VERSION]))?;
    }
    Ok(program)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|cause| format!("{command:?}: {cause}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

async fn run(program: &Path) -> Ministack {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let home = TempDir::new().unwrap();
    let child = Command::new(program)
        .env("BIND_HOST", "127.0.0.1")
        .env("GATEWAY_PORT", port.to_string())
        .env("HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ministack =
        Ministack { endpoint: format!("http://127.0.0.1:{port}"), child, _home: home };
    for _ in 0..600 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return ministack;
        }
        assert!(ministack.child.try_wait().unwrap().is_none(), "ministack ended");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("ministack did not listen within a minute");
}
