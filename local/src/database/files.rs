//! The files in the server's data folder: its tables, its socket, its log, the password and the
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
    installation::{Engine, Installation},
    role::{self, REPLICATION_USER, Role},
};

/// The longest address of a Unix socket, in bytes: 107 on Linux, 103 on macOS.
const LONGEST_SOCKET: usize = 103;
/// The user that the functions and the migrations sign in as, and the only one besides the
/// server's root and, where there is a replica, that of replication.
const USER: &str = "albumen";

/// The longest password, in bytes, with which MySQL has a replica sign in.
const LONGEST_REPLICATION_PASSWORD: usize = 32;

/// The name in the data folder under which the server's own files are made.
pub const UNFINISHED: &str = "tables.unfinished";

/// The folder of the server's own files, in the data folder.
const TABLES: &str = "tables";

/// The data folder, locked.
#[derive(Debug)]
pub struct DatabaseFiles {
    root: PathBuf,
    installation: Installation,
    role: Role,
    socket: PathBuf,
    password: String,
    // Both are held until the end: the lock, and the folder of a socket whose path would be too
    // long.
    _lock: File,
    _socket_folder: Option<TempDir>,
}

impl DatabaseFiles {
    /// Locks the folder, made when it is missing, and finds the server for it: the one that has
    /// made the tables in it, or the one that is named, or the best that there is.
    pub fn open(data_dir: &Path, named: Option<&OsStr>) -> Result<Self, Error> {
        make_folder(data_dir)?;
        let root = data_dir
            .canonicalize()
            .map_err(|cause| Error::io("open", data_dir, &cause))?;
        make_folder(&root.join("tmp"))?;
        let lock = lock(&root)?;
        let password =
            password(&root).map_err(|cause| Error::io("keep the password in", &root, &cause))?;
        let installation = Installation::find(named, Engine::of_tables(&root.join(TABLES)))?;
        let (socket, socket_folder) = socket(&root, installation.engine)
            .map_err(|cause| Error::io("make a socket for", &root, &cause))?;
        let mut files = Self {
            root,
            installation,
            role: Role::Alone,
            socket,
            password,
            _lock: lock,
            _socket_folder: socket_folder,
        };
        files.prepare_for(Role::Alone)?;
        Ok(files)
    }

    /// Prepares the folder for a server of this role: it has it from its next start on.
    pub fn prepare_for(&mut self, role: Role) -> Result<(), Error> {
        self.role = role;
        self.write_init_file()
            .map_err(|cause| Error::io("write", &self.init_file(), &cause))
    }

    /// Returns the options by which the server has its role.
    pub fn role_options(&self) -> Vec<&'static str> {
        self.role.options(self.installation.engine, &self.tables())
    }

    /// Removes the log of a server that has ended in order.
    pub fn remove_log(&self) -> Result<(), Error> {
        let tables = self.tables();
        role::remove_log(&tables).map_err(|cause| Error::io("tidy up", &tables, &cause))
    }

    /// Returns the server that runs on the folder.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// Returns the folder of the server's own files, which is there once they are complete.
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
        self.named_after_program("log")
    }

    pub fn pid_file(&self) -> PathBuf {
        self.named_after_program("pid")
    }

    fn named_after_program(&self, extension: &str) -> PathBuf {
        let program = self.installation.engine.program();
        self.root.join(program).with_extension(extension)
    }

    /// Returns the file of statements that the server runs at each start.
    pub fn init_file(&self) -> PathBuf {
        self.root.join("init.sql")
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Returns whether the folder is root's: a server runs as root only when told to.
    pub fn owner_is_root(&self) -> bool {
        fs::metadata(self.temporary()).is_ok_and(|metadata| metadata.uid() == 0)
    }

    /// Returns the URL of a database for sqlx, with the socket and the password.
    pub fn url(&self, database: &str) -> String {
        self.url_by(database, &self.socket)
    }

    /// Returns the same with another socket.
    pub fn url_by(&self, database: &str, socket: &Path) -> String {
        url_of(USER, &self.password, database, socket)
    }

    /// Returns the URL of who rules the replication.
    pub fn replication_url(&self) -> String {
        url_of(REPLICATION_USER, self.replication_password(), "", &self.socket)
    }

    /// Returns the password of the user of replication.
    pub fn replication_password(&self) -> &str {
        match self.password.get(..LONGEST_REPLICATION_PASSWORD) {
            Some(beginning) => beginning,
            None => &self.password,
        }
    }

    /// Makes an error of what happened, the log's last error and the log's place.
    pub fn failure(&self, what: &str) -> Error {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        // Its last error is always that it aborts.
        let mut errors = log
            .lines()
            .filter(|line| line.contains("[ERROR]") && !line.ends_with("Aborting"));
        let last_line = match errors.next_back() {
            Some(error) => error,
            None => log.lines().last().unwrap_or("nothing was logged"),
        };
        Error(format!(
            "{} {what}; its log {} says: {last_line}",
            self.installation.engine,
            self.log().display()
        ))
    }

    /// Returns the statements that make the users: one a line, each good at any start.
    fn user_statements(&self) -> String {
        let engine = self.installation.engine;
        let identified = identified_by(engine, &self.password);
        let of_replication = identified_by(engine, self.replication_password());
        let mut sql = self.role.user_statements(&of_replication);
        // Writing to a string does not fail.
        let _ = writeln!(sql, "CREATE USER IF NOT EXISTS {USER}@localhost;");
        let _ = writeln!(sql, "ALTER USER {USER}@localhost {identified};");
        if engine == Engine::MySql {
            // MariaDB's root signs in by being root of the machine.
            let _ = writeln!(sql, "ALTER USER root@localhost {identified};");
        }
        sql
    }

    /// Writes the statements that run at each start, before the first connection is taken: one a
    /// line.
    fn write_init_file(&self) -> io::Result<()> {
        let mut sql = self.user_statements();
        for (database, _) in DATABASES {
            // Writing to a string does not fail.
            let _ = writeln!(
                sql,
                "CREATE DATABASE IF NOT EXISTS {database} \
                 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;"
            );
            let _ = writeln!(sql, "GRANT ALL ON {database}.* TO {USER}@localhost;");
        }
        // Databases that tests make for themselves.
        let _ = writeln!(sql, "GRANT ALL ON `test\\_%`.* TO {USER}@localhost;");
        create_private(&self.init_file())?.write_all(sql.as_bytes())
    }
}

/// Returns how a user signs in, as the statements that make users have it.
fn identified_by(engine: Engine, password: &str) -> String {
    match engine {
        Engine::MariaDb => format!("IDENTIFIED BY '{password}'"),
        // Its own way of signing in takes TLS, or asks for the server's key first.
        Engine::MySql => format!("IDENTIFIED WITH mysql_native_password BY '{password}'"),
    }
}

fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|cause| Error::io("make", path, &cause))
}

fn url_of(user: &str, password: &str, database: &str, socket: &Path) -> String {
    let socket = percent_encode(socket.as_os_str().as_bytes());
    format!("mysql://{user}:{password}@localhost/{database}?socket={socket}&ssl-mode=disabled")
}

fn percent_encode(bytes: &[u8]) -> String {
    let mut encoded = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn lock(root: &Path) -> Result<File, Error> {
    let path = root.join("lock");
    let file = create_private(&path).map_err(|cause| Error::io("open", &path, &cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error(format!(
            "{} is in use by another local system: stop it, or choose another folder with --data",
            root.display()
        ))),
        Err(TryLockError::Error(cause)) => Err(Error::io("lock", &path, &cause)),
    }
}

/// Opens a file that only its owner reads, and empties it.
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

/// Reads the password of the folder, or makes one.
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
    create_private(&path)?.write_all(password.as_bytes())?;
    Ok(password)
}

/// Returns the path of the socket: in the folder, or, where that path would be too long, in a
/// temporary folder, which is removed when it is dropped.
fn socket(root: &Path, engine: Engine) -> io::Result<(PathBuf, Option<TempDir>)> {
    let name = format!("{}.sock", engine.program());
    let in_root = root.join(&name);
    if in_root.as_os_str().len() <= LONGEST_SOCKET {
        return Ok((in_root, None));
    }
    let folder = tempfile::Builder::new().prefix("albumen-").tempdir()?;
    Ok((folder.path().join(name), Some(folder)))
}
