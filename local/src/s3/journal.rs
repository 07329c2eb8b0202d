//! Which objects are about to appear, so that none appears without its notification: S3 tells of
//! each at least once, and so does this store, though it is killed between the two.

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Event;

/// A folder with a file for each object that is being written.
pub struct Journal {
    folder: PathBuf,
}

/// An object that is being written, or was when the store ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    pub bucket: String,
    pub key: String,
    pub event: Event,
    #[serde(skip)]
    file: PathBuf,
}

impl Journal {
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = root.join(".created");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Notes an object before it is written.
    pub fn begin(&self, bucket: &str, key: &str, event: Event) -> io::Result<Entry> {
        let file = self.folder.join(uuid::Uuid::now_v7().to_string());
        let entry = Entry { bucket: bucket.to_owned(), key: key.to_owned(), event, file };
        std::fs::write(&entry.file, serde_json::to_vec(&entry)?)?;
        Ok(entry)
    }

    /// What was noted and not ended. A note that was cut off is of an object that was never begun.
    pub fn left(&self) -> io::Result<Vec<Entry>> {
        let mut left = Vec::new();
        for found in std::fs::read_dir(&self.folder)? {
            let file = found?.path();
            match serde_json::from_slice::<Entry>(&std::fs::read(&file)?) {
                Ok(entry) => left.push(Entry { file, ..entry }),
                Err(_) => std::fs::remove_file(file)?,
            }
        }
        Ok(left)
    }
}

impl Entry {
    /// The object was not written, or its notification was sent.
    pub fn end(self) {
        // What stays is told once more after the next start, which does no harm.
        let _ = std::fs::remove_file(self.file);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{
        super::{Config, Server},
        *,
    };

    fn open(root: &Path, told: &Arc<Mutex<Vec<String>>>) -> Server {
        let told = told.clone();
        let created: super::super::Hook = Arc::new(move |object| {
            told.lock().expect("a list").push(object.key);
            Box::pin(async {})
        });
        let (access_keys, secret_key) = (vec!["local".to_owned()], "secret".to_owned());
        Server::open(Config {
            root: root.to_owned(),
            access_keys,
            secret_key,
            created: Some(created),
        })
        .expect("a store")
    }

    #[tokio::test]
    async fn an_object_that_nobody_was_told_of_is_told_after_the_next_start() {
        let (root, told) = (tempfile::tempdir().expect("a folder"), Arc::default());
        open(root.path(), &told)
            .ensure_bucket("originals", Vec::new())
            .expect("a bucket");
        // A store that is killed after it has written one object, and before it has written the
        // other.
        let journal = Journal::open(root.path()).expect("a journal");
        for key in ["written", "not-written"] {
            journal.begin("originals", key, Event::Put).expect("a note");
        }
        std::fs::write(root.path().join("originals/written"), b"bytes").expect("an object");

        open(root.path(), &told)
            .recover()
            .await
            .expect("a recovery");
        assert_eq!(*told.lock().expect("a list"), ["written"]);
        open(root.path(), &told)
            .recover()
            .await
            .expect("a recovery");
        assert_eq!(told.lock().expect("a list").len(), 1, "told once");
    }
}
