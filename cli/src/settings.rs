//! Files of this program: who is signed in where, and its own state.
//!
//! `ALBUMEN_HOME` puts all of them into one folder; else they are where the system has such files.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use client::{SessionId, UserId};
use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, Result};

/// Readable and writable by its owner alone.
const OWNER_ONLY: u32 = 0o600;
/// A folder of the same kind.
const OWNER_ONLY_FOLDER: u32 = 0o700;

/// The folders of this program.
#[derive(Clone, Debug)]
pub struct Folders {
    /// For the settings.
    pub configuration: PathBuf,
    /// For what can be found out again.
    pub state: PathBuf,
}

impl Folders {
    /// Finds them; they need not be there.
    ///
    /// # Errors
    /// A system that does not say where its users' files are.
    pub fn find() -> Result<Self> {
        if let Some(home) = std::env::var_os("ALBUMEN_HOME") {
            let home = PathBuf::from(home);
            return Ok(Self { configuration: home.clone(), state: home });
        }
        let base = etcetera::choose_base_strategy().map_err(|_| {
            Failure::NotDone("HOME is not set: set it, or ALBUMEN_HOME to a folder.".to_owned())
        })?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self { configuration: base.config_dir().join("albumen"), state: state.join("albumen") })
    }

    /// Returns the file of the settings.
    pub fn settings(&self) -> PathBuf {
        self.configuration.join("settings.json")
    }

    /// Returns the index of the files that a user uploads.
    pub fn index(&self, user: &UserId) -> PathBuf {
        self.state.join(format!("{user}.sqlite"))
    }

    /// Returns the file of the token, where there is no keyring.
    pub fn token(&self) -> PathBuf {
        self.configuration.join("token")
    }
}

/// The place where the token is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    /// The system's keyring.
    Keyring,
    /// A file that only its owner reads.
    File,
}

/// The one who is signed in, and where.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// The service.
    pub origin: String,
    /// The user.
    pub user: UserId,
    /// The account's address.
    pub email: String,
    /// The session that `login` has begun, which `logout` ends; none for a key that was given.
    pub session: Option<SessionId>,
    /// The place where the token is kept.
    pub token_in: Keeper,
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// Nobody is signed in, or the file cannot be read.
    pub fn read(folders: &Folders) -> Result<Self> {
        let path = folders.settings();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                return Err(Failure::NotSignedIn);
            }
            Err(cause) => return Err(Failure::file(path, cause)),
        };
        serde_json::from_slice(&text).map_err(|cause| Failure::file(path, cause.into()))
    }

    /// Writes the settings.
    pub fn write(&self, folders: &Folders) -> Result<()> {
        let path = folders.settings();
        let text =
            serde_json::to_vec_pretty(self).map_err(|cause| Failure::file(&path, cause.into()))?;
        write_for_owner(&path, &text)
    }

    /// Forgets the settings.
    pub fn remove(folders: &Folders) -> Result<()> {
        remove_if_there(&folders.settings())
    }
}

/// Writes a file that only its owner reads, whole or not at all.
///
/// # Errors
/// A folder that cannot be made, or a file that cannot be written.
pub fn write_for_owner(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("new");
    let write = || -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(OWNER_ONLY_FOLDER)
                .create(folder)?;
        }
        // What a run that was killed has left may have other rights.
        remove_file(&temporary)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(OWNER_ONLY)
            .open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|cause| Failure::file(path, cause))
}

/// Removes a file, if it is there.
pub fn remove_if_there(path: &Path) -> Result<()> {
    remove_file(path).map_err(|cause| Failure::file(path, cause))
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folders(home: &Path) -> Folders {
        Folders { configuration: home.join("inside"), state: home.join("state") }
    }

    #[test]
    fn settings_are_read_as_they_were_written_and_only_by_their_owner() {
        let home = tempfile::tempdir().expect("a folder");
        let folders = folders(home.path());
        assert!(matches!(Settings::read(&folders), Err(Failure::NotSignedIn)));
        let settings = Settings {
            origin: "https://photos.example".to_owned(),
            user: "user_01jd2w8h7kf3y9b6c5xq4m0ntz".parse().expect("an id"),
            email: "ana@example.org".to_owned(),
            session: None,
            token_in: Keeper::File,
        };
        settings.write(&folders).expect("written");
        settings.write(&folders).expect("written once more");
        let read = Settings::read(&folders).expect("settings");
        assert_eq!(read.origin, settings.origin);
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folders.settings()), OWNER_ONLY);
        assert_eq!(mode(&folders.configuration), OWNER_ONLY_FOLDER);
        Settings::remove(&folders).expect("removed");
        Settings::remove(&folders).expect("already removed");
    }
}
