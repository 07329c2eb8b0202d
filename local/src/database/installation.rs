//! The choice of the server that stands in for Aurora: MySQL 8, as Aurora is, where this machine
//! has it, else MariaDB.

use std::{
    ffi::OsStr,
    fmt::{self, Display},
    path::{Path, PathBuf},
    process::Command,
};

use super::Error;

/// The variable of the environment that names the server to use.
pub const NAMED: &str = "ALBUMEN_MYSQLD";

/// Folders of servers that are not on an ordinary user's `PATH` everywhere.
const MORE_FOLDERS: [&str; 4] =
    ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/// Options of both engines: small, deaf to the network and silent towards its maker.
const COMMON_OPTIONS: [&str; 8] = [
    "--skip-networking",
    "--skip-name-resolve",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=2",
    "--key-buffer-size=1M",
    // Every environment of a function has connections of its own to each database.
    "--max-connections=800",
    // Neither writes files for a client that asks for it by SQL; some builds would not start
    // without the folder for them.
    "--secure-file-priv=",
];

/// The engine of a server. Neither opens the other's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `mariadbd`.
    MariaDb,
    /// `mysqld` of version 8.
    MySql,
}

impl Engine {
    /// Returns the engine that has made the tables in the folder, if there are any.
    pub fn of_tables(tables: &Path) -> Option<Self> {
        if !tables.is_dir() {
            return None;
        }
        // Its dictionary, which MariaDB does not have.
        let has_dictionary = tables.join("mysql.ibd").is_file();
        Some(if has_dictionary { Self::MySql } else { Self::MariaDb })
    }

    /// Returns the name of its program, by which its files are named, too.
    pub fn program(self) -> &'static str {
        match self {
            Self::MariaDb => "mariadbd",
            Self::MySql => "mysqld",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::MariaDb => &[
                "--loose-feedback=OFF",
                "--innodb-log-file-size=8M",
                "--aria-pagecache-buffer-size=8M",
            ],
            // From 8.4 on it has to be asked for the way in which users here sign in:
            // https://dev.mysql.com/doc/refman/8.4/en/native-pluggable-authentication.html
            Self::MySql => &[
                "--loose-innodb-redo-log-capacity=16M",
                "--mysqlx=OFF",
                "--loose-mysql-native-password=ON",
            ],
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::MariaDb => {
                "MariaDB is not installed: install it with your package manager (Debian and \
                 Ubuntu: `apt install mariadb-server`; macOS: `brew install mariadb`)"
            }
            Self::MySql => {
                "MySQL 8 made the tables of this folder: say where it is with ALBUMEN_MYSQLD, or \
                 start over with --fresh"
            }
        }
    }
}

impl Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        })
    }
}

/// A server that is installed on this machine.
#[derive(Clone, Debug)]
pub struct Installation {
    pub engine: Engine,
    pub program: PathBuf,
    /// `8.0.45-1`.
    pub version: String,
}

impl Installation {
    /// Finds the server for tables that `made_by` has made, or for a new folder: the one that is
    /// named, else MySQL 8, else MariaDB.
    pub fn find(named: Option<&OsStr>, made_by: Option<Engine>) -> Result<Self, Error> {
        if let Some(program) = named
            && !program.is_empty()
        {
            return Self::named(Path::new(program), made_by);
        }
        let candidates = match made_by {
            Some(engine) => vec![engine],
            None => vec![Engine::MySql, Engine::MariaDb],
        };
        for engine in candidates {
            if let Some(installation) = Self::on_path(engine) {
                return Ok(installation);
            }
        }
        let wanted = made_by.unwrap_or(Engine::MariaDb);
        Err(Error(wanted.remedy().to_owned()))
    }

    /// Returns the server that a person has named, if it may open the tables that are there.
    fn named(program: &Path, made_by: Option<Engine>) -> Result<Self, Error> {
        let Some(installation) = Self::of_program(program) else {
            return Err(Error(format!(
                "{NAMED} names {}, which is no MySQL 8 and no MariaDB",
                program.display()
            )));
        };
        match made_by {
            Some(engine) if engine != installation.engine => Err(Error(format!(
                "{engine} made the tables of this folder, and {NAMED} names {}: unset it, choose \
                 another folder with --data, or start over with --fresh",
                installation.engine
            ))),
            _ => Ok(installation),
        }
    }

    fn on_path(engine: Engine) -> Option<Self> {
        let program = find_program(engine.program())?;
        let installation = Self::of_program(&program)?;
        // Where MariaDB is installed, `mysqld` may be another name of it.
        if installation.engine == engine { Some(installation) } else { None }
    }

    /// Asks a program for its engine and version.
    fn of_program(program: &Path) -> Option<Self> {
        let output = Command::new(program)
            .args(["--no-defaults", "--version"])
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let (engine, version) = parse_version(&text)?;
        Some(Self { engine, program: program.to_owned(), version })
    }

    /// Returns the options that it is started with, but for those that name its files.
    pub fn options(&self) -> Vec<&'static str> {
        let mut options = COMMON_OPTIONS.to_vec();
        options.extend_from_slice(self.engine.options());
        options
    }

    /// Returns the path of a program that comes with it.
    pub fn companion(&self, name: &str) -> Result<PathBuf, Error> {
        let beside = self.program.with_file_name(name);
        if beside.is_file() {
            return Ok(beside);
        }
        find_program(name)
            .ok_or_else(|| Error(format!("{}; {name} was not found", self.engine.remedy())))
    }
}

impl Display for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.engine, self.version)
    }
}

/// Reads the engine and the version in the output of `--version`; `None` for other programs.
fn parse_version(output: &str) -> Option<(Engine, String)> {
    let mut words = output.split_whitespace();
    words.find(|word| *word == "Ver")?;
    let version = words.next()?;
    if let Some((number, _)) = version.split_once("-MariaDB") {
        return Some((Engine::MariaDb, number.to_owned()));
    }
    if version.starts_with("8.") { Some((Engine::MySql, version.to_owned())) } else { None }
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more_folders = MORE_FOLDERS.map(PathBuf::from);
    for folder in std::env::split_paths(&path).chain(more_folders) {
        let program = folder.join(name);
        if program.is_file() {
            return Some(program);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_what_it_is() {
        let known = [
            (
                "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)",
                Engine::MariaDb,
                "10.11.14",
            ),
            (
                "mysqld  Ver 11.4.5-MariaDB for osx10.20 on arm64 (Homebrew)",
                Engine::MariaDb,
                "11.4.5",
            ),
            (
                "/usr/sbin/mysqld  Ver 8.0.45-1 for Linux on x86_64 ((Debian))",
                Engine::MySql,
                "8.0.45-1",
            ),
            (
                "/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)",
                Engine::MySql,
                "8.4.3",
            ),
        ];
        for (output, engine, version) in known {
            assert_eq!(parse_version(output), Some((engine, version.to_owned())), "{output}");
        }
        let others = [
            "/usr/sbin/mysqld  Ver 5.7.44 for Linux",
            "/usr/sbin/mysqld  Ver 9.7.0 for Linux",
            "bash, version 5.2",
            "",
        ];
        for output in others {
            assert_eq!(parse_version(output), None, "{output}");
        }
    }

    #[test]
    fn what_is_named_must_be_a_server() {
        let refused = Installation::find(Some(OsStr::new("/bin/true")), None)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("no MySQL 8 and no MariaDB"), "{refused}");
    }
}
