//! Systems of a test's own.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use running_system::FILE_NAME;
use tokio::process::{Child, Command};

use super::{
    System,
    small_disks::{self, Disk, SmallDisk},
    until,
};

/// A system of a test's own, to be killed and started again.
pub struct OwnSystem {
    data: tempfile::TempDir,
    /// The words that its command line goes after.
    before: Vec<String>,
    options: Vec<String>,
    parameters: Vec<String>,
    process: Option<Child>,
}

impl OwnSystem {
    /// A system on free ports, with these values for parameters of the template.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(parameters: &[&str]) -> Self {
        Self::start_with(&[], parameters).await
    }

    /// A system that is run with these options, besides.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(options: &[&str], parameters: &[&str]) -> Self {
        let data = empty_folder();
        Self::start_on(data, Vec::new(), options, parameters).await
    }

    /// A system whose engines have small disks. It cannot be started again on its data.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_on_small_disks(parameters: &[&str]) -> Self {
        let data = empty_folder();
        let before = small_disks::prepare(data.path());
        Self::start_on(data, before, &[], parameters).await
    }

    async fn start_on(
        data: tempfile::TempDir,
        before: Vec<String>,
        options: &[&str],
        parameters: &[&str],
    ) -> Self {
        let mut own = Self {
            data,
            before,
            options: options.iter().map(|&option| option.to_owned()).collect(),
            parameters: parameters.iter().map(|&p| p.to_owned()).collect(),
            process: None,
        };
        own.start_again().await;
        own
    }

    /// Starts the system on the data that it had.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the repository");
        let state = self.data.path().join(FILE_NAME);
        drop(std::fs::remove_file(&state));
        let mut run = match self.before.split_first() {
            Some((program, words)) => {
                let mut run = Command::new(program);
                run.args(words).arg(binary());
                run
            }
            None => Command::new(binary()),
        };
        run.args(["run", "--port", "0", "--data"])
            .arg(self.data.path())
            .args(&self.options)
            .current_dir(root);
        // Where `./dev test` looks for what functions called.
        if let Some(calls) = std::env::var_os("ALBUMEN_CALLS") {
            run.arg("--record-calls").arg(calls);
        }
        for parameter in &self.parameters {
            run.args(["--parameter", parameter]);
        }
        let log =
            std::fs::File::create(self.data.path().with_extension("log")).expect("a log file");
        run.stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .kill_on_drop(true);
        self.process = Some(
            run.spawn()
                .expect("target/debug/local, built by ./dev test"),
        );
        until("the system is ready", Duration::from_mins(1), async || System::read(&state).ok())
            .await;
    }

    /// Kills the system, and starts it with these parameters on the data that it had.
    pub async fn restart_with(&mut self, parameters: &[&str]) {
        self.kill().await;
        self.parameters = parameters.iter().map(|&p| p.to_owned()).collect();
        self.start_again().await;
    }

    /// The system as it runs now.
    ///
    /// # Panics
    /// When it does not run.
    pub fn system(&self) -> System {
        System::read(&self.data.path().join(FILE_NAME)).expect("a running system")
    }

    /// Kills the system without a warning.
    ///
    /// # Panics
    /// When it did not run.
    pub async fn kill(&mut self) {
        self.process
            .take()
            .expect("a running system")
            .kill()
            .await
            .expect("an end");
    }

    /// Returns the program that runs the system, to be run with other arguments.
    pub fn program() -> std::process::Command {
        std::process::Command::new(binary())
    }

    /// Returns the code that `local administrator-code` prints; `None` once it was used.
    ///
    /// # Panics
    /// When the program cannot be run.
    pub fn administrator_code(&self) -> Option<String> {
        let mut program = Self::program();
        program
            .args(["administrator-code", "--data"])
            .arg(self.data());
        let output = program.output().expect("the program");
        let text = String::from_utf8(output.stdout).expect("a text");
        output.status.success().then(|| text.trim().to_owned())
    }

    /// Returns the folder in which the system keeps everything.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Returns the disk of an engine.
    ///
    /// # Panics
    /// When the system does not run.
    pub fn disk(&self, disk: Disk) -> SmallDisk {
        let process = self.process.as_ref().and_then(Child::id);
        SmallDisk::new(disk, process.expect("a running system"), self.data.path())
    }

    /// The running processes of this program that the system has started.
    pub fn processes(&self, binary: &str) -> Vec<u32> {
        let host = self.process.as_ref().and_then(Child::id);
        let mut running = Vec::new();
        for (pid, program) in children(host.unwrap_or_default()) {
            if program == binary {
                running.push(pid);
            }
        }
        running
    }

    /// Kills the running processes of this function; how many there were.
    pub fn kill_function(&self, binary: &str) -> usize {
        let victims = self.processes(binary);
        for pid in &victims {
            let killed = std::process::Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
            assert!(killed.is_ok(), "kill cannot be run");
        }
        victims.len()
    }
}

impl Drop for OwnSystem {
    /// Stops the system in order, so that it leaves no process behind.
    fn drop(&mut self) {
        if let Some(pid) = self.process.as_ref().and_then(Child::id) {
            drop(
                std::process::Command::new("kill")
                    .args(["-TERM", &pid.to_string()])
                    .status(),
            );
            let gone =
                || !Path::new(&format!("/proc/{pid}/mariadb")).exists() && children(pid).is_empty();
            let started = std::time::Instant::now();
            while !gone() && started.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        drop(std::fs::remove_file(self.data.path().with_extension("log")));
    }
}

fn empty_folder() -> tempfile::TempDir {
    tempfile::Builder::new()
        .prefix("albumen-")
        .tempdir()
        .expect("a temporary folder")
}

/// The built `local`, beside the folder of this test's own binary.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("this binary's path");
    test.parent()
        .and_then(Path::parent)
        .expect("target/debug")
        .join("local")
}

/// Returns the processes whose parent this is: id, and name of the program.
fn children(parent: u32) -> Vec<(u32, String)> {
    let mut children = Vec::new();
    let Ok(processes) = std::fs::read_dir("/proc") else { return children };
    for entry in processes.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else { continue };
        if parent_of(pid) == Some(parent)
            && let Some(program) = program_of(pid)
        {
            children.push((pid, program));
        }
    }
    children
}

/// Returns the parent of a process, if that still runs.
fn parent_of(pid: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    parent.trim().parse().ok()
}

/// Returns the name of a process's program, if that still runs.
fn program_of(pid: u32) -> Option<String> {
    let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    let path = Path::new(command.split('\0').next()?);
    Some(path.file_name()?.to_str()?.to_owned())
}
