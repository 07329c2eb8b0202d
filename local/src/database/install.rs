//! The first start: the server's own tables are made.

use std::{fs, io, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;
use tokio::process::Command;

use super::{
    Error,
    files::{DatabaseFiles, UNFINISHED},
    installation::Engine,
    process::{command, path_option},
};

/// Makes the server's own tables, unless they are there. Interrupted, it starts over the next time.
pub async fn make_tables(files: &DatabaseFiles) -> Result<(), Error> {
    if files.tables().is_dir() {
        return Ok(());
    }
    let unfinished = files.root().join(UNFINISHED);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .map_err(|cause| Error::io("remove", &unfinished, &cause))?;
    }
    let short_path = ShortPath::to(files.root())
        .map_err(|cause| Error::io("name a shorter way to", &unfinished, &cause))?;
    let output = installer(files)?
        .arg(path_option("--datadir", &short_path.link().join(UNFINISHED)))
        // A server that starts clears such a folder of the others' temporary tables, so no two may
        // share one.
        .arg(path_option("--tmpdir", short_path.folder.path()))
        .output()
        .await
        .map_err(|cause| {
            let installation = files.installation();
            Error(format!("the tables of {installation} could not be made: {cause}"))
        })?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        fs::write(files.log(), printed)
            .map_err(|cause| Error::io("write", &files.log(), &cause))?;
        return Err(files.failure(&format!("could not make its tables ({})", output.status)));
    }
    fs::rename(&unfinished, files.tables())
        .map_err(|cause| Error::io("finish", &unfinished, &cause))
}

/// A symbolic link to a folder, in a temporary folder: MariaDB's script does not stand spaces in
/// the path.
struct ShortPath {
    folder: TempDir,
}

impl ShortPath {
    fn to(target: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("albumen-").tempdir()?;
        let short_path = Self { folder };
        symlink(target, short_path.link())?;
        Ok(short_path)
    }

    fn link(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

/// Returns the command that makes the tables of a server that nobody but root on this machine may
/// enter.
fn installer(files: &DatabaseFiles) -> Result<Command, Error> {
    let installation = files.installation();
    match installation.engine {
        Engine::MariaDb => {
            let script = installation.companion("mariadb-install-db")?;
            let mut command = command(&script, files);
            command.args(["--auth-root-authentication-method=socket", "--skip-test-db"]);
            command.args(["--skip-name-resolve", "--innodb-log-file-size=8M"]);
            Ok(command)
        }
        Engine::MySql => {
            let mut command = command(&installation.program, files);
            // Root gets its password at the first start.
            command.args(["--initialize-insecure", "--loose-innodb-redo-log-capacity=16M"]);
            Ok(command)
        }
    }
}
