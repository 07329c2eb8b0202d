//! Names what is in the data folder: the server's files, its socket, its log, the password and the
//! lock.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{MetadataExt, OpenOptionsExt},
    },
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    DATABASES, Error,
    engine::{Engine, Maker},
};

// The longest address of a Unix socket: 107 bytes on Linux, 103 on macOS.
const LONGEST_SOCKET: usize = 103;
// The user that the functions and the migrations are, and the only one besides the system's root.
const USER: &str = "albumen";

/// The name in the data folder under which the server's own files are made.
pub const UNFINISHED: &str = "tables.unfinished";

/// The folder of the server's own files, in the data folder.
const TABLES: &str = "tables";

/// The data folder, locked.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    engine: Engine,
    socket: PathBuf,
    password: String,
    // Both are held until the end: the lock, and the folder of a socket whose path would be too
    // long.
    _lock: File,
    _socket_folder: Option<TempDir>,
}

impl Files {
    /// Locks the folder, made when it is missing, and finds the server for it: the one that has
    /// made what is in it, or the one that is named, or the best that there is.
    pub fn open(data_dir: &Path, named: Option<&OsStr>) -> Result<Self, Error> {
        let make =
            |path: &Path| fs::create_dir_all(path).map_err(|cause| Error::io("make", path, &cause));
        make(data_dir)?;
        let root = data_dir
            .canonicalize()
            .map_err(|cause| Error::io("open", data_dir, &cause))?;
        make(&root.join("tmp"))?;
        let lock = lock(&root)?;
        let password =
            password(&root).map_err(|cause| Error::io("keep the password in", &root, &cause))?;
        let engine = Engine::find(named, Maker::of(&root.join(TABLES)))?;
        let (socket, folder) = socket(&root, engine.maker)
            .map_err(|cause| Error::io("make a socket for", &root, &cause))?;
        let files = Self { root, engine, socket, password, _lock: lock, _socket_folder: folder };
        files
            .write_init()
            .map_err(|cause| Error::io("write", &files.init(), &cause))?;
        Ok(files)
    }

    /// The server.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The server's own files; there once they are complete.
    pub fn tables(&self) -> PathBuf {
        self.root.join(TABLES)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub fn log(&self) -> PathBuf {
        self.of_server("log")
    }

    pub fn pid_file(&self) -> PathBuf {
        self.of_server("pid")
    }

    fn of_server(&self, extension: &str) -> PathBuf {
        self.root
            .join(self.engine.maker.program())
            .with_extension(extension)
    }

    pub fn init(&self) -> PathBuf {
        self.root.join("init.sql")
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// A server runs as root only when told to.
    pub fn owner_is_root(&self) -> bool {
        fs::metadata(self.temporary()).is_ok_and(|metadata| metadata.uid() == 0)
    }

    pub fn url(&self, database: &str) -> String {
        let socket: String = self
            .socket
            .as_os_str()
            .as_bytes()
            .iter()
            .map(|byte| escape(*byte))
            .collect();
        format!(
            "mysql://{USER}:{}@localhost/{database}?socket={socket}&ssl-mode=disabled",
            self.password
        )
    }

    /// One sentence with the log's last line and its place.
    pub fn failure(&self, what: &str) -> Error {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        // Its last error is always that it aborts.
        let telling = |line: &&str| line.contains("[ERROR]") && !line.ends_with("Aborting");
        let last = log
            .lines()
            .rev()
            .find(telling)
            .or_else(|| log.lines().last())
            .unwrap_or("nothing was logged");
        Error(format!(
            "{} {what}; its log {} says: {last}",
            self.engine.maker,
            self.log().display()
        ))
    }

    // One statement a line, each good at any start.
    fn users(&self) -> String {
        let by = match self.engine.maker {
            Maker::MariaDb => format!("IDENTIFIED BY '{}'", self.password),
            // Its own way of signing in takes TLS, or asks for the server's key first.
            Maker::MySql => format!("IDENTIFIED WITH mysql_native_password BY '{}'", self.password),
        };
        let mut sql = format!(
            "CREATE USER IF NOT EXISTS {USER}@localhost;\nALTER USER {USER}@localhost {by};\n"
        );
        if self.engine.maker == Maker::MySql {
            // MariaDB's root signs in by being root of the machine.
            let _ = writeln!(sql, "ALTER USER root@localhost {by};");
        }
        sql
    }

    // Runs at each start, before the first connection is taken: one statement a line.
    fn write_init(&self) -> io::Result<()> {
        let mut sql = self.users();
        for (database, _) in DATABASES {
            // Writing to a string does not fail.
            let _ = writeln!(
                sql,
                "CREATE DATABASE IF NOT EXISTS {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
            );
            let _ = writeln!(sql, "GRANT ALL ON {database}.* TO {USER}@localhost;");
        }
        // Databases that tests make for themselves.
        let _ = writeln!(sql, "GRANT ALL ON `test\\_%`.* TO {USER}@localhost;");
        private(&self.init())?.write_all(sql.as_bytes())
    }
}

fn escape(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

fn lock(root: &Path) -> Result<File, Error> {
    let path = root.join("lock");
    let file = private(&path).map_err(|cause| Error::io("open", &path, &cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error(format!(
            "{} is in use by another local system: stop it, or choose another folder with --data",
            root.display()
        ))),
        Err(TryLockError::Error(cause)) => Err(Error::io("lock", &path, &cause)),
    }
}

// A file that only its owner reads, emptied.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

fn password(root: &Path) -> io::Result<String> {
    let path = root.join("password");
    match fs::read_to_string(&path) {
        Ok(password) if !password.is_empty() => return Ok(password),
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let password = hex::encode(bytes);
    private(&path)?.write_all(password.as_bytes())?;
    Ok(password)
}

fn socket(root: &Path, maker: Maker) -> io::Result<(PathBuf, Option<TempDir>)> {
    let name = format!("{}.sock", maker.program());
    let near = root.join(&name);
    if near.as_os_str().len() <= LONGEST_SOCKET {
        return Ok((near, None));
    }
    let folder = tempfile::Builder::new().prefix("albumen-").tempdir()?;
    Ok((folder.path().join(name), Some(folder)))
}
