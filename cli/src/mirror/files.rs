//! Files of a mirror: each is whole or not there.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use client::{Client, PhotoId, Progress, sha256_of_file};

use crate::{
    failure::{Failure, Result},
    settings::remove_if_there,
};

/// The folder of the mirror's own files.
const OWN: &str = ".albumen";

/// The folder of a mirror.
#[derive(Clone, Debug)]
pub struct MirrorFolder(PathBuf);

impl MirrorFolder {
    /// Takes a folder, which need not be there yet.
    pub fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Returns the file of the mirror's state.
    pub fn state(&self) -> PathBuf {
        self.0.join(OWN).join("mirror.sqlite")
    }

    /// Returns the place of a file of the mirror.
    pub fn place(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Claims the folder for this run, until what is returned is dropped or the program ends.
    ///
    /// # Errors
    /// Another run has it: two would take files out of each other's hands.
    pub fn claim(&self) -> Result<File> {
        let place = self.0.join(OWN).join("lock");
        let file = create(&place).map_err(|cause| Failure::file(&place, cause))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Failure::NotDone(format!(
                "Another run is at work on {}: wait for its end.",
                self.0.display()
            ))),
            Err(TryLockError::Error(cause)) => Err(Failure::file(place, cause)),
        }
    }

    /// Returns the place of an original on its way.
    pub fn incoming(&self, photo: &PhotoId) -> PathBuf {
        self.all_incoming().join(photo.as_str())
    }

    fn all_incoming(&self) -> PathBuf {
        self.0.join(OWN).join("incoming")
    }

    /// Removes all originals on their way: those of runs that were killed, too.
    pub fn remove_incoming(&self) -> Result<()> {
        let folder = self.all_incoming();
        match fs::remove_dir_all(&folder) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(Failure::file(folder, cause))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether a file is there with these bytes.
    pub fn has(&self, path: &str, sha256: &str) -> bool {
        has_sum(&self.place(path), sha256)
    }

    /// Fetches an original, unless it is there from a run before. What does not have its SHA-256
    /// is thrown away.
    pub async fn fetch(
        &self,
        client: &Client,
        photo: &PhotoId,
        sha256: &str,
        progress: &Progress,
    ) -> Result<()> {
        let place = self.incoming(photo);
        if place.exists() && has_sum(&place, sha256) {
            return Ok(());
        }
        let failed = |cause| Failure::file(&place, cause);
        let mut file = BufWriter::new(create(&place).map_err(failed)?);
        let arrived = client.download_original(photo, &mut file, progress).await?;
        let file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        if arrived == sha256 {
            return Ok(());
        }
        fs::remove_file(&place).map_err(failed)?;
        Err(Failure::NotDone(format!("{photo} arrived with other bytes than it should have.")))
    }

    /// Moves a file within the mirror.
    pub fn rename(&self, from: &Path, to: &str) -> Result<()> {
        let to = self.place(to);
        let moved = make_parent(&to).and_then(|()| fs::rename(from, &to));
        moved.map_err(|cause| Failure::file(to, cause))?;
        self.remove_if_empty(from.parent());
        Ok(())
    }

    /// Gives a file a second name, or a copy where the disk has no second names.
    pub fn link(&self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.place(from), self.place(to));
        let link = || -> io::Result<()> {
            make_parent(&to)?;
            if fs::hard_link(&from, &to).is_ok() {
                return Ok(());
            }
            let part = with_ending(&to, ".part");
            fs::copy(&from, &part)?;
            fs::rename(&part, &to)
        };
        link().map_err(|cause| Failure::file(to.clone(), cause))
    }

    /// Moves a file, and its sidecar, to the mirror's own trash.
    pub fn trash(&self, path: &str) -> Result<()> {
        for name in [path.to_owned(), format!("{path}.xmp")] {
            let from = self.place(&name);
            if from.exists() {
                let to = self.free_place_in_trash(&name);
                let moved = make_parent(&to).and_then(|()| fs::rename(&from, &to));
                moved.map_err(|cause| Failure::file(to, cause))?;
            }
        }
        self.remove_if_empty(self.place(path).parent());
        Ok(())
    }

    fn free_place_in_trash(&self, name: &str) -> PathBuf {
        let place = self.0.join(OWN).join("trash").join(name);
        let mut number = 1;
        let mut free = place.clone();
        while free.exists() {
            number += 1;
            free = with_ending(&place, &format!(".{number}"));
        }
        free
    }

    /// Writes a photo's sidecar, unless it is as it should be.
    pub fn write_sidecar(&self, path: &str, text: &str) -> Result<()> {
        let place = self.place(&format!("{path}.xmp"));
        if fs::read(&place).is_ok_and(|there| there == text.as_bytes()) {
            return Ok(());
        }
        let part = with_ending(&place, ".part");
        let write = || -> io::Result<()> {
            let mut file = create(&part)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&part, &place)
        };
        write().map_err(|cause| Failure::file(&place, cause))
    }

    /// Removes a file whose bytes are in another place by now, and its sidecar.
    pub fn clear(&self, path: &str) -> Result<()> {
        remove_if_there(&self.place(path))?;
        self.remove_sidecar(path)
    }

    /// Removes the sidecar of a file that has moved.
    pub fn remove_sidecar(&self, path: &str) -> Result<()> {
        let place = self.place(&format!("{path}.xmp"));
        remove_if_there(&place)?;
        self.remove_if_empty(place.parent());
        Ok(())
    }

    /// Removes an album's folder that has nothing in it any more.
    fn remove_if_empty(&self, folder: Option<&Path>) {
        if let Some(folder) = folder
            && folder.starts_with(&self.0)
            && folder != self.0
        {
            // One that has something in it stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn has_sum(place: &Path, sha256: &str) -> bool {
    sha256_of_file(place).is_ok_and(|(sum, _)| sum == sha256)
}

fn create(place: &Path) -> io::Result<File> {
    make_parent(place)?;
    File::create(place)
}

fn make_parent(place: &Path) -> io::Result<()> {
    match place.parent() {
        Some(folder) => fs::create_dir_all(folder),
        None => Ok(()),
    }
}

fn with_ending(place: &Path, ending: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
