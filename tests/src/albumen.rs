//! The command line, as a person runs it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use crate::{Person, System};

/// The program, with a folder of its own.
pub struct Albumen {
    home: tempfile::TempDir,
}

impl Albumen {
    /// Returns the program with nobody signed in.
    ///
    /// # Panics
    /// When no folder can be made.
    pub fn signed_out() -> Self {
        Self { home: tempfile::tempdir().expect("a folder") }
    }

    /// Signs the person in by their token.
    ///
    /// # Panics
    /// When that is refused.
    pub fn of(person: &Person, system: &System) -> Self {
        let albumen = Self::signed_out();
        let key = albumen.home().join("key");
        std::fs::write(&key, person.token().expect("a token")).expect("a file");
        let mut login = albumen.command(&["login", &system.origin, "--key", "--stdin"]);
        login
            .args(["--keep-in", "file"])
            .stdin(std::fs::File::open(&key).expect("the key"));
        let output = login.output().expect("the program");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        albumen
    }

    /// Returns the program with these arguments, to be run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env("ALBUMEN_HOME", self.home.path())
            .stdin(Stdio::null());
        command
    }

    /// Starts the program; what it says is passed over.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program")
    }

    /// Runs the program to its end; returns its exit code, and the lines of JSON that it printed.
    ///
    /// # Panics
    /// When it does not start, or prints something else.
    pub fn run(&self, arguments: &[&str]) -> (i32, Vec<Value>) {
        let output: Output = self
            .command(arguments)
            .arg("--json")
            .output()
            .expect("the program");
        let text = String::from_utf8(output.stdout).expect("a text");
        let lines = text.lines();
        let values = lines.map(|line| serde_json::from_str(line).expect("JSON"));
        (output.status.code().expect("an exit code"), values.collect())
    }

    /// Returns the folder of the program's files.
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

/// The program, which is built beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("this binary's path");
    test.parent()
        .and_then(Path::parent)
        .expect("target/debug")
        .join("albumen")
}
