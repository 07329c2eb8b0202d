//! Chooses the server that stands in for Aurora: MySQL 8, as Aurora is, where this machine has it,
//! else MariaDB.

use std::{
    ffi::OsStr,
    fmt::{self, Display},
    path::{Path, PathBuf},
    process::Command,
};

use super::Error;

/// Names the server to use: the variable of the environment.
pub const NAMED: &str = "ALBUMEN_MYSQLD";

// Not on an ordinary user's PATH everywhere.
const MORE_FOLDERS: [&str; 4] =
    ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

// Small, deaf to the network and silent towards its maker.
const OPTIONS: [&str; 9] = [
    "--skip-networking",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=2",
    "--key-buffer-size=1M",
    // Every environment of a function has connections of its own to each database.
    "--max-connections=800",
    // Neither writes files for whoever asks by SQL; some builds would not start without the folder
    // for them.
    "--secure-file-priv=",
];

/// The maker of a server. Neither opens the other's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// `mariadbd`.
    MariaDb,
    /// `mysqld` of version 8.
    MySql,
}

impl Maker {
    /// Returns whose tables are in the folder, if any are.
    pub fn of(tables: &Path) -> Option<Self> {
        if !tables.is_dir() {
            return None;
        }
        // Its dictionary, which MariaDB does not have.
        let maker = if tables.join("mysql.ibd").is_file() { Self::MySql } else { Self::MariaDb };
        Some(maker)
    }

    /// Its program, by which its files are named, too.
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
            // From 8.4 on it has to be asked for what users here sign in with.
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
                "MariaDB is not installed: install it with your package manager (Debian and Ubuntu: `apt install \
                 mariadb-server`; macOS: `brew install mariadb`)"
            }
            Self::MySql => {
                "MySQL 8 made the tables of this folder: say where it is with ALBUMEN_MYSQLD, or start over with --fresh"
            }
        }
    }
}

impl Display for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MariaDb => "MariaDB",
            Self::MySql => "MySQL",
        })
    }
}

/// A server that this machine has.
#[derive(Clone, Debug)]
pub struct Engine {
    pub maker: Maker,
    pub program: PathBuf,
    /// `8.0.45-1`.
    pub version: String,
}

impl Engine {
    /// The server for tables that `made_by` has made, or for a new folder: the one that is named,
    /// else MySQL 8, else MariaDB.
    pub fn find(named: Option<&OsStr>, made_by: Option<Maker>) -> Result<Self, Error> {
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            let program = PathBuf::from(named);
            let engine = Self::of(&program).ok_or_else(|| {
                Error(format!(
                    "{NAMED} names {}, which is no MySQL 8 and no MariaDB",
                    program.display()
                ))
            })?;
            return match made_by {
                Some(maker) if maker != engine.maker => Err(Error(format!(
                    "{maker} made the tables of this folder, and {NAMED} names {}: unset it, choose another folder with \
                     --data, or start over with --fresh",
                    engine.maker
                ))),
                _ => Ok(engine),
            };
        }
        let wanted =
            made_by.map_or_else(|| vec![Maker::MySql, Maker::MariaDb], |maker| vec![maker]);
        let found = wanted.iter().find_map(|maker| Self::on_path(*maker));
        found.ok_or_else(|| Error(made_by.unwrap_or(Maker::MariaDb).remedy().to_owned()))
    }

    fn on_path(maker: Maker) -> Option<Self> {
        // Where MariaDB is installed, `mysqld` may be another name of it.
        let engine = Self::of(&find(maker.program())?)?;
        (engine.maker == maker).then_some(engine)
    }

    /// Returns what a program says that it is.
    fn of(program: &Path) -> Option<Self> {
        let output = Command::new(program)
            .args(["--no-defaults", "--version"])
            .output()
            .ok()?;
        let (maker, version) = read(&String::from_utf8_lossy(&output.stdout))?;
        Some(Self { maker, program: program.to_owned(), version })
    }

    /// Returns how it is started, but for its files.
    pub fn options(&self) -> impl Iterator<Item = &'static str> {
        OPTIONS
            .into_iter()
            .chain(self.maker.options().iter().copied())
    }

    /// A program that comes with it.
    pub fn beside(&self, name: &str) -> Result<PathBuf, Error> {
        let near = self.program.with_file_name(name);
        let found = if near.is_file() { Some(near) } else { find(name) };
        found.ok_or_else(|| Error(format!("{}; {name} was not found", self.maker.remedy())))
    }
}

impl Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.maker, self.version)
    }
}

/// The maker and the version in what `--version` prints; `None` for others.
fn read(text: &str) -> Option<(Maker, String)> {
    let mut words = text
        .split_whitespace()
        .skip_while(|word| *word != "Ver")
        .skip(1);
    let version = words.next()?;
    if let Some((number, _)) = version.split_once("-MariaDB") {
        return Some((Maker::MariaDb, number.to_owned()));
    }
    version
        .starts_with("8.")
        .then(|| (Maker::MySql, version.to_owned()))
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(MORE_FOLDERS.map(PathBuf::from));
    folders.find_map(|folder| Some(folder.join(program)).filter(|file| file.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_what_it_is() {
        let known = [
            (
                "mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)",
                Maker::MariaDb,
                "10.11.14",
            ),
            (
                "mysqld  Ver 11.4.5-MariaDB for osx10.20 on arm64 (Homebrew)",
                Maker::MariaDb,
                "11.4.5",
            ),
            (
                "/usr/sbin/mysqld  Ver 8.0.45-1 for Linux on x86_64 ((Debian))",
                Maker::MySql,
                "8.0.45-1",
            ),
            (
                "/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)",
                Maker::MySql,
                "8.4.3",
            ),
        ];
        for (text, maker, version) in known {
            assert_eq!(read(text), Some((maker, version.to_owned())), "{text}");
        }
        let others = [
            "/usr/sbin/mysqld  Ver 5.7.44 for Linux",
            "/usr/sbin/mysqld  Ver 9.7.0 for Linux",
            "bash, version 5.2",
            "",
        ];
        for text in others {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_named_must_be_a_server() {
        let refused = Engine::find(Some(OsStr::new("/bin/true")), None)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("no MySQL 8 and no MariaDB"), "{refused}");
    }
}
