//! Completions of a store that is killed before or after it has decided.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use futures::stream;
use s3s::dto::{
    CompleteMultipartUploadInput, CompletedMultipartUpload, CompletedPart,
    CreateMultipartUploadInput, StreamingBlob, UploadPartInput,
};
use tempfile::TempDir;

use super::{
    CreationEvent, ObjectCreated, ObjectCreatedHook, completion_plan::plan, internal_request,
    journal::Journal, store::ObjectStore,
};

const BUCKET: &str = "originals";
const KEY: &str = "key";

/// A folder with a store that can be opened again, and the notifications of all of them.
struct StoreFolder {
    root: TempDir,
    notified: Arc<Mutex<Vec<ObjectCreated>>>,
}

impl StoreFolder {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(root.path().join(BUCKET)).expect("a bucket");
        Self { root, notified: Arc::default() }
    }

    fn path(&self) -> &Path {
        self.root.path()
    }

    fn open(&self) -> ObjectStore {
        let notified = self.notified.clone();
        let created: ObjectCreatedHook = Arc::new(move |object| {
            notified.lock().expect("a list").push(object);
            Box::pin(async { true })
        });
        ObjectStore::open(self.path(), Some(created)).expect("a store")
    }

    fn notified(&self) -> Vec<ObjectCreated> {
        self.notified.lock().expect("a list").clone()
    }

    /// Enters the object into the journal, as a completion does before it decides.
    fn begin_journal_entry(&self) {
        let journal = Journal::open(self.path()).expect("a journal");
        journal
            .begin(BUCKET, KEY, CreationEvent::CompleteMultipartUpload)
            .expect("an entry");
    }
}

/// Sends an upload of one part, and returns the request that completes it.
async fn send(store: &ObjectStore) -> CompleteMultipartUploadInput {
    let create = CreateMultipartUploadInput {
        bucket: BUCKET.to_owned(),
        key: KEY.to_owned(),
        content_type: Some("image/png".to_owned()),
        ..CreateMultipartUploadInput::default()
    };
    let created = store.create_upload(create).await.expect("an upload");
    let upload_id = created.upload_id.expect("an id");
    let bytes = Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"bytes"));
    let part = UploadPartInput {
        bucket: BUCKET.to_owned(),
        key: KEY.to_owned(),
        upload_id: upload_id.clone(),
        part_number: 1,
        body: Some(StreamingBlob::wrap(stream::iter([bytes]))),
        ..UploadPartInput::default()
    };
    let stored = store
        .store_part(internal_request(part))
        .await
        .expect("a part");
    let completed_part =
        CompletedPart { part_number: Some(1), e_tag: stored.e_tag, ..CompletedPart::default() };
    CompleteMultipartUploadInput {
        bucket: BUCKET.to_owned(),
        key: KEY.to_owned(),
        upload_id,
        multipart_upload: Some(CompletedMultipartUpload { parts: Some(vec![completed_part]) }),
        ..CompleteMultipartUploadInput::default()
    }
}

#[tokio::test]
async fn a_decided_completion_is_finished_and_notified_after_the_store_was_killed() {
    let folder = StoreFolder::new();
    let killed = folder.open();
    let input = send(&killed).await;
    // As a completion does it, up to the moment when the process is killed.
    folder.begin_journal_entry();
    let upload = killed
        .upload(&input.upload_id, BUCKET, KEY)
        .expect("the upload");
    let plan = plan(&upload, &input).expect("a plan");
    upload.save_plan(&plan).expect("a decision");
    drop(killed);

    let store = folder.open();
    store.recover().await.expect("a recovery");
    let notified = folder.notified();
    assert_eq!(notified.len(), 1);
    assert_eq!(notified[0].size, 5);
    assert_eq!(notified[0].etag, plan.etag);
    assert_eq!(notified[0].event, CreationEvent::CompleteMultipartUpload);
    let head = store.head(BUCKET, KEY).await.expect("the object");
    assert_eq!(head.content_type.as_deref(), Some("image/png"));
    assert!(store.upload(&input.upload_id, BUCKET, KEY).is_err(), "the upload is gone");
    folder.open().recover().await.expect("a recovery");
    assert_eq!(folder.notified().len(), 1, "notified once");
}

#[tokio::test]
async fn an_upload_whose_completion_was_not_decided_is_as_it_was() {
    let folder = StoreFolder::new();
    let killed = folder.open();
    let input = send(&killed).await;
    folder.begin_journal_entry();
    drop(killed);

    let store = folder.open();
    store.recover().await.expect("a recovery");
    assert_eq!(folder.notified().len(), 0);
    store.complete_upload(input).await.expect("a completion");
    assert_eq!(folder.notified().len(), 1);
}
