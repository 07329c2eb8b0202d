//! The data folder: the lock that one system at a time holds on it, and the keys that are made in
//! it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use p256::{
    SecretKey,
    pkcs8::{EncodePrivateKey, LineEnding},
};
use sha2::{Digest, Sha256};

use super::Error;

/// Marks a folder as one of ours, and is locked while a system uses it.
const LOCK: &str = "albumen.lock";
const MEDIA_KEY: &str = "media-key.pem";
const SIGNING_KEY: &str = "signing-key.hex";

/// The keys of a data folder, made once, so that what they signed stays good after a restart.
pub struct Keys {
    /// Signs links to renditions: PKCS#8 PEM.
    pub media: String,
    /// Signs tokens that the functions hand out and take back: 32 bytes in hexadecimal.
    pub signing: String,
}

/// A data folder that this process alone uses, until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Locks the folder, and makes it when it is not there; `fresh` empties it first.
    ///
    /// # Errors
    /// A folder that holds something else, or that another system uses.
    pub fn lock(path: &Path, fresh: bool) -> Result<Self, Error> {
        let failed = |what: &str, error: &std::io::Error| {
            Error::new(format!("The data folder {} {what}: {error}.", path.display()))
        };
        fs::create_dir_all(path).map_err(|error| failed("cannot be made", &error))?;
        let path = path
            .canonicalize()
            .map_err(|error| failed("cannot be found", &error))?;
        if !path.join(LOCK).is_file() && !is_empty(&path) {
            return Err(Error::new(format!(
                "{} holds files that are not a system's data: choose another folder with --data.",
                path.display()
            )));
        }
        let lock_file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path.join(LOCK))
            .map_err(|error| failed("cannot be written", &error))?;
        match lock_file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(format!(
                    "A system already runs on {}: stop it, or choose another folder with --data.",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed("cannot be locked", &error)),
        }
        let folder = Self { path, _lock: lock_file };
        folder
            .prepare(fresh)
            .map_err(|error| failed("cannot be prepared", &error))?;
        Ok(folder)
    }

    fn prepare(&self, fresh: bool) -> std::io::Result<()> {
        // It holds sessions, passwords of the database, and photographs.
        fs::set_permissions(&self.path, fs::Permissions::from_mode(0o700))?;
        if fresh { self.empty() } else { Ok(()) }
    }

    /// Returns the path of a file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the path of the folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes everything but the lock.
    fn empty(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_name() == LOCK {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Returns the keys, made at the first start.
    ///
    /// # Errors
    /// A file that cannot be read or written.
    pub fn keys(&self) -> Result<Keys, Error> {
        Ok(Keys {
            media: self.key(MEDIA_KEY, new_media_key)?,
            signing: self.key(SIGNING_KEY, new_signing_key)?,
        })
    }

    /// Reads the key of this name, or makes it with `new` and keeps it.
    fn key(&self, name: &str, new: fn() -> Result<String, String>) -> Result<String, Error> {
        let path = self.join(name);
        let failed = |what: String| {
            Error::new(format!("The key {} cannot be kept: {what}.", path.display()))
        };
        if path.exists() {
            return fs::read_to_string(&path).map_err(|error| failed(error.to_string()));
        }
        let key = new().map_err(failed)?;
        write_private(&path, key.as_bytes()).map_err(|error| failed(error.to_string()))?;
        Ok(key)
    }
}

/// Writes a file that only its owner reads, whole or not at all.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    // A draft that a killed run left could have other permissions.
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(draft, path)
}

/// Returns the secret of the local access keys: derived from a key that is kept, so that links
/// signed before a restart stay good.
pub(super) fn access_secret(media_key: &str) -> String {
    let digest = Sha256::new()
        .chain_update("access key of the local system")
        .chain_update(media_key)
        .finalize();
    hex::encode(digest)
}

fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}

/// Makes a P-256 key, in PKCS#8 PEM.
fn new_media_key() -> Result<String, String> {
    // Fails for one number in 2^32: those that are not below the curve's order.
    let key = SecretKey::from_slice(&random_bytes()?).map_err(|error| error.to_string())?;
    let pem = key
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(|error| error.to_string())?;
    Ok(pem.to_string())
}

/// Makes a key of 32 bytes, in hexadecimal.
fn new_signing_key() -> Result<String, String> {
    random_bytes().map(hex::encode)
}

fn random_bytes() -> Result<[u8; 32], String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_system_and_keeps_its_keys() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let first = DataFolder::lock(&path, false).unwrap();
        let keys = first.keys().unwrap();
        assert!(keys.media.starts_with("-----BEGIN PRIVATE KEY-----"));
        assert_eq!(hex::decode(&keys.signing).unwrap().len(), 32);
        for name in [MEDIA_KEY, SIGNING_KEY] {
            assert_eq!(
                first.join(name).metadata().unwrap().permissions().mode() & 0o777,
                0o600,
                "{name}"
            );
        }
        let second = DataFolder::lock(&path, false).unwrap_err().to_string();
        assert!(second.contains("already runs"), "{second}");
        drop(first);
        let again = DataFolder::lock(&path, false).unwrap().keys().unwrap();
        assert_eq!((again.media, again.signing), (keys.media, keys.signing));
    }

    #[test]
    fn fresh_empties_only_a_folder_of_ours() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let keys = DataFolder::lock(&path, false).unwrap().keys().unwrap();
        fs::create_dir(path.join("inner")).unwrap();
        let again = DataFolder::lock(&path, true).unwrap();
        assert!(!path.join("inner").exists());
        let others = again.keys().unwrap();
        assert_ne!(others.media, keys.media);
        assert_ne!(others.signing, keys.signing);
        let other = parent.path().join("photos");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("a.jpg"), "a").unwrap();
        let refused = DataFolder::lock(&other, true).unwrap_err().to_string();
        assert!(refused.contains("--data") && other.join("a.jpg").exists(), "{refused}");
    }
}
