//! The journal of objects that are about to appear, so that none appears without its notification:
//! S3 notifies of each at least once, and so does this store, though it is killed between the two.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html>

use std::{
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::CreationEvent;

/// A folder with a file for each object that is being written.
pub struct Journal {
    folder: PathBuf,
}

/// An object that is being written, or was when the store ended.
#[derive(Debug, Serialize, Deserialize)]
pub struct JournalEntry {
    pub bucket: String,
    pub key: String,
    pub event: CreationEvent,
    #[serde(skip)]
    file: PathBuf,
}

impl Journal {
    pub fn open(root: &Path) -> io::Result<Self> {
        let folder = root.join(".created");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Enters an object before it is written.
    pub fn begin(&self, bucket: &str, key: &str, event: CreationEvent) -> io::Result<JournalEntry> {
        let file = self.folder.join(uuid::Uuid::now_v7().to_string());
        let entry = JournalEntry { bucket: bucket.to_owned(), key: key.to_owned(), event, file };
        std::fs::write(&entry.file, serde_json::to_vec(&entry)?)?;
        Ok(entry)
    }

    /// Returns the entries that were not ended. One that was cut off is of an object whose write
    /// never began.
    pub fn open_entries(&self) -> io::Result<Vec<JournalEntry>> {
        let mut entries = Vec::new();
        for found in std::fs::read_dir(&self.folder)? {
            let file = found?.path();
            match serde_json::from_slice::<JournalEntry>(&std::fs::read(&file)?) {
                Ok(entry) => entries.push(JournalEntry { file, ..entry }),
                Err(_) => std::fs::remove_file(file)?,
            }
        }
        Ok(entries)
    }
}

impl JournalEntry {
    /// Ends the entry: the object was not written, or its notification was sent.
    pub fn end(self) {
        // An entry that stays sends its notification once more after the next start, which does no
        // harm.
        let _ = std::fs::remove_file(self.file);
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicU32, Ordering},
        },
        time::Duration,
    };

    use super::{
        super::{ObjectCreatedHook, S3Config, S3Server, store::ObjectStore},
        *,
    };

    fn open(root: &Path, notified: &Arc<Mutex<Vec<String>>>) -> S3Server {
        let notified = notified.clone();
        let created: ObjectCreatedHook = Arc::new(move |object| {
            notified.lock().expect("a list").push(object.key);
            Box::pin(async { true })
        });
        let config = S3Config {
            root: root.to_owned(),
            access_keys: vec!["local".to_owned()],
            secret_key: "secret".to_owned(),
            created: Some(created),
        };
        S3Server::open(config).expect("a store")
    }

    #[tokio::test]
    async fn an_object_without_its_notification_gets_it_after_the_next_start() {
        let root = tempfile::tempdir().expect("a folder");
        let notified = Arc::default();
        open(root.path(), &notified)
            .ensure_bucket("originals", Vec::new())
            .expect("a bucket");
        // A store that is killed after it has written one object, and before it has written the
        // other.
        let journal = Journal::open(root.path()).expect("a journal");
        for key in ["written", "not-written"] {
            journal
                .begin("originals", key, CreationEvent::Put)
                .expect("an entry");
        }
        std::fs::write(root.path().join("originals/written"), b"bytes").expect("an object");

        for start in 1..=2 {
            let server = open(root.path(), &notified);
            server.recover().await.expect("a recovery");
            assert_eq!(*notified.lock().expect("a list"), ["written"], "start {start}");
        }
    }

    #[tokio::test]
    async fn a_notification_that_does_not_work_is_tried_again() {
        let root = tempfile::tempdir().expect("a folder");
        let tries = Arc::new(AtomicU32::new(0));
        let counted = tries.clone();
        let created: ObjectCreatedHook = Arc::new(move |_| {
            let is_second = counted.fetch_add(1, Ordering::Relaxed) > 0;
            Box::pin(async move { is_second })
        });
        let store = ObjectStore::open(root.path(), Some(created)).expect("a store");
        std::fs::create_dir(root.path().join("originals")).expect("a bucket");
        std::fs::write(root.path().join("originals/written"), b"bytes").expect("an object");
        let journal = Journal::open(root.path()).expect("a journal");
        let event = CreationEvent::Put;
        journal
            .begin("originals", "written", event)
            .expect("an entry");
        store.recover().await.expect("a recovery");
        assert_eq!(tries.load(Ordering::Relaxed), 1);
        let is_ended = async {
            while !journal.open_entries().expect("entries").is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(10), is_ended).await;
        assert!(ended.is_ok(), "the entry stays until its notification works");
        assert_eq!(tries.load(Ordering::Relaxed), 2);
    }
}
