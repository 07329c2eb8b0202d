//! Copies of pictures that another service has, on this machine until they have been sent.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    failure::{Failure, Result},
    upload::index::FoundFile,
};

/// The most copies at once: what a disk has to have room for.
const MOST: usize = 24;

/// The folder of the copies of one run.
pub struct Copies {
    folder: PathBuf,
    places: Arc<Semaphore>,
    _lock: File,
}

/// A copy, which goes when nothing needs it any more.
#[derive(Debug)]
pub struct LocalCopy {
    /// The file.
    pub file: FoundFile,
    _place: Place,
}

/// A place for one copy.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Copies {
    /// Claims a folder for this run, and removes what a run has left there that was killed.
    ///
    /// # Errors
    /// Another run has it.
    pub fn claim(folder: PathBuf) -> Result<Self> {
        let lock_path = folder.with_extension("lock");
        let failed = |cause| Failure::file(&folder, cause);
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        let lock = File::create(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::NotDone(
                    "Another run imports into this account: wait for its end.".to_owned(),
                ));
            }
            Err(TryLockError::Error(cause)) => return Err(Failure::file(lock_path, cause)),
        }
        remove(&folder).map_err(failed)?;
        fs::create_dir(&folder).map_err(failed)?;
        Ok(Self { folder, places: Arc::new(Semaphore::new(MOST)), _lock: lock })
    }

    /// Waits for a place for a copy of this name.
    pub async fn place(&self, name: &str) -> Place {
        let permit = Arc::clone(&self.places).acquire_owned().await.ok();
        Place { path: self.folder.join(name), _permit: permit }
    }
}

impl Drop for Copies {
    fn drop(&mut self) {
        // The next run tries again.
        drop(remove(&self.folder));
    }
}

impl Place {
    /// Returns the path for the copy's bytes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the copy, which has been written.
    pub fn filled(self) -> Result<LocalCopy> {
        let metadata =
            fs::metadata(&self.path).map_err(|cause| Failure::file(&self.path, cause))?;
        Ok(LocalCopy { file: FoundFile::of(&self.path, 0, &metadata), _place: self })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What stays goes with the folder.
        drop(fs::remove_file(&self.path));
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_goes_with_the_last_that_needs_it_and_two_runs_are_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("copies");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("of a run that was killed"), b"x").expect("a file");
        let copies = Copies::claim(folder.clone()).expect("claimed");
        assert!(Copies::claim(folder.clone()).is_err(), "claimed already");
        let place = copies.place("one").await;
        fs::write(place.path(), b"abc").expect("bytes");
        let copy = Arc::new(place.filled().expect("a copy"));
        assert_eq!(copy.file.size, 3);
        let other = Arc::clone(&copy);
        drop(copy);
        let names = || fs::read_dir(&folder).expect("the folder").count();
        assert_eq!(names(), 1, "one is needed, and none is left over");
        drop(other);
        assert_eq!(names(), 0);
        drop(copies);
        assert!(!folder.exists());
    }
}
