//! A store that is killed while it completes uploads: by the real signal, in a process of its own.

use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use aws_sdk_s3::{
    Client,
    types::{CompletedMultipartUpload, CompletedPart},
};
use futures::future::BoxFuture;
use local::s3::ObjectCreated;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{
    fixture::{BUCKET, S3Fixture, error_code, serve},
    parts_upload::letters,
};

/// The variable that names the folder of the process that is killed: its store, its endpoint, and
/// the keys that its hook was called for.
const FOLDER: &str = "KILLED_STORE";
const UPLOADS: u8 = 24;
const SIZE: usize = 300_000;

/// An upload whose one part was sent.
#[derive(Clone)]
struct SentUpload {
    key: String,
    id: String,
    letter: u8,
    part: CompletedPart,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_killed_while_it_completes_uploads_loses_none_and_notifies_of_all() {
    let folder = TempDir::new().unwrap();
    let (mut store, endpoint) = start(folder.path()).await;
    let client = S3Fixture::client(&endpoint, "local", "secret");
    let mut uploads = Vec::new();
    for letter in 0..UPLOADS {
        uploads.push(SentUpload::send(&client, letter).await);
    }
    let mut completions = JoinSet::new();
    for upload in uploads.clone() {
        let client = client.clone();
        completions.spawn(async move {
            upload.complete(&client).await?;
            Ok::<_, String>(upload.key)
        });
    }
    // One was answered; the others are wherever they are.
    let first = completions.join_next().await.unwrap().unwrap().unwrap();
    store.kill().unwrap();
    store.wait().unwrap();
    let mut answered = BTreeSet::from([first]);
    answered.extend(completions.join_all().await.into_iter().flatten());
    let notified_before = fs::read_to_string(folder.path().join("created")).unwrap();

    let fixture = S3Fixture::on(folder);
    fixture.server.recover().await.unwrap();
    for upload in &uploads {
        let key = &upload.key;
        match upload.complete(&fixture.client).await {
            Ok(()) => assert!(!answered.contains(key), "{key} was completed before"),
            Err(code) => assert_eq!(code, "NoSuchUpload", "{key}"),
        }
        assert_eq!(fixture.get(BUCKET, key).await, letters(upload.letter, SIZE), "{key}");
        let before = notified_before.lines().filter(|line| line == key).count();
        let created = fixture.created();
        let after = created.iter().filter(|object| object.key == *key).count();
        assert!((1..=2).contains(&(before + after)), "{key}: {before} and {after} notifications");
    }
    assert_eq!(fixture.kept_for_uploads(), 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test before it"]
async fn the_store_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder).to_owned();
    let created = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("created"))
        .unwrap();
    let hook = Arc::new(move |object: ObjectCreated| {
        let line = format!("{}\n", object.key);
        (&created).write_all(line.as_bytes()).unwrap();
        Box::pin(async { true }) as BoxFuture<'static, bool>
    });
    let (_server, endpoint) = serve(&folder, hook);
    fs::write(folder.join("draft"), endpoint).unwrap();
    fs::rename(folder.join("draft"), folder.join("endpoint")).unwrap();
    std::future::pending::<()>().await;
}

/// Starts the process that is killed; returns its endpoint too.
async fn start(folder: &Path) -> (Child, String) {
    let mut store = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_store_that_is_killed", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    loop {
        if let Ok(endpoint) = fs::read_to_string(folder.join("endpoint")) {
            return (store, endpoint);
        }
        let has_ended = store.try_wait().unwrap().is_some();
        assert!(!has_ended && started.elapsed() < Duration::from_mins(1), "it did not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl SentUpload {
    /// Begins an upload and sends its one part.
    async fn send(client: &Client, letter: u8) -> Self {
        let key = format!("key-{letter}");
        let created = client
            .create_multipart_upload()
            .bucket(BUCKET)
            .key(&key)
            .send()
            .await
            .unwrap();
        let id = created.upload_id().unwrap().to_owned();
        let stored = client
            .upload_part()
            .bucket(BUCKET)
            .key(&key)
            .upload_id(&id)
            .part_number(1)
            .body(letters(letter, SIZE).into())
            .send()
            .await
            .unwrap();
        let part = CompletedPart::builder()
            .part_number(1)
            .e_tag(stored.e_tag().unwrap())
            .build();
        Self { key, id, letter, part }
    }

    /// Completes the upload; the error is S3's code.
    async fn complete(&self, client: &Client) -> Result<(), String> {
        let parts = CompletedMultipartUpload::builder()
            .parts(self.part.clone())
            .build();
        let completed = client
            .complete_multipart_upload()
            .bucket(BUCKET)
            .key(&self.key)
            .upload_id(&self.id)
            .multipart_upload(parts)
            .send()
            .await;
        match completed {
            Ok(_) => Ok(()),
            Err(refused) => Err(error_code(&refused)),
        }
    }
}
