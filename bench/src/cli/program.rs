//! The command line, as somebody who is signed in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use running_system::RunningSystem;
use serde_json::Value;
use shared::error::Cause;

use super::process::{self, Ended};
use crate::figures::median;

/// The starts of which the one in the middle counts.
const STARTS: u32 = 51;

/// The program.
pub struct Program(PathBuf);

/// A run of the program.
pub struct Run {
    /// The time, processor time and memory of the process.
    pub ended: Ended,
    /// The files, as its last line counts them.
    pub files: Value,
    /// The requests that it has sent.
    pub requests: u64,
}

/// The program with a folder of its own, in which somebody is signed in.
pub struct Home<'a> {
    program: &'a Program,
    folder: tempfile::TempDir,
}

impl Program {
    /// Takes the program at a path.
    pub fn at(path: &Path) -> Result<Self, Cause> {
        let path =
            fs::canonicalize(path).map_err(|cause| format!("{}: {cause}", path.display()))?;
        Ok(Self(path))
    }

    /// Returns the time of `albumen --help`, from the start of the process to its end.
    pub async fn start(&self) -> Result<Duration, Cause> {
        let program = self.0.clone();
        let starting = tokio::task::spawn_blocking(move || {
            let mut times = Vec::new();
            for _ in 0..STARTS {
                let mut command = Command::new(&program);
                command.arg("--help").stdout(Stdio::null());
                let started = Instant::now();
                command.status()?;
                times.push(started.elapsed());
            }
            Ok::<_, std::io::Error>(times)
        });
        Ok(median(&starting.await??).ok_or("nothing was measured")?)
    }

    /// Signs somebody in by their token.
    pub fn sign_in(&self, system: &RunningSystem, token: &str) -> Result<Home<'_>, Cause> {
        let folder = tempfile::tempdir()?;
        let key = folder.path().join("key");
        fs::write(&key, token)?;
        let home = Home { program: self, folder };
        let mut login = home.command(&["login", &system.origin, "--key", "--stdin"]);
        login
            .args(["--keep-in", "file"])
            .stdin(fs::File::open(&key)?);
        let output = login.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        Ok(home)
    }
}

impl Home<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program.0);
        command
            .args(arguments)
            .env("ALBUMEN_HOME", self.folder.path());
        command
    }

    /// Returns the index of a user's files.
    pub fn index(&self, user: &str) -> PathBuf {
        self.folder.path().join(format!("{user}.sqlite"))
    }

    /// Uploads a folder to the album `Bench`, with these options beside.
    pub async fn upload(&self, folder: &Path, options: &[&str]) -> Result<Run, Cause> {
        let mut command = self.command(&["upload", "--album", "Bench", "--json"]);
        command.args(options).arg(folder);
        let ended = process::run(command).await?;
        let end: Value = serde_json::from_str(ended.last_line())?;
        if end["event"] != "end" {
            return Err(format!("the program ends with {end}").into());
        }
        let requests = end["requests"].as_u64().ok_or("no number of requests")?;
        Ok(Run { ended, files: end["files"].clone(), requests })
    }
}

impl Run {
    /// Checks that so many files came to this end.
    ///
    /// # Errors
    /// It is another number.
    pub fn check(&self, end: &str, files: u32) -> Result<(), Cause> {
        if self.files[end] == files {
            return Ok(());
        }
        Err(format!("not {files} files are {end}: {}", self.files).into())
    }
}
