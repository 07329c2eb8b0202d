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
    error::ProvideErrorMetadata,
    types::{CompletedMultipartUpload, CompletedPart},
};
use local::s3::ObjectCreated;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::fixture::{S3Fixture, serve};

/// Where the process that is killed keeps its store, its address and what it created.
const FOLDER: &str = "KILLED_STORE";
const UPLOADS: u8 = 24;
const SIZE: usize = 300_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_killed_while_it_completes_uploads_loses_none_and_tells_of_all() {
    let folder = TempDir::new().unwrap();
    let (mut store, endpoint) = start(folder.path()).await;
    let client = S3Fixture::client(&endpoint, "local", "secret");
    let mut sent = Vec::new();
    for letter in 0..UPLOADS {
        sent.push(send(&client, letter).await);
    }
    let mut completions = JoinSet::new();
    for (key, id, part) in sent.clone() {
        let client = client.clone();
        completions.spawn(async move { complete(&client, &key, &id, part).await.map(|()| key) });
    }
    // One was answered; the others are wherever they are.
    let first = completions.join_next().await.unwrap().unwrap().unwrap();
    store.kill().unwrap();
    store.wait().unwrap();
    let rest = completions.join_all().await;
    let answered: BTreeSet<_> = rest.into_iter().flatten().chain([first]).collect();

    let before = fs::read_to_string(folder.path().join("created")).unwrap();
    let fixture = S3Fixture::on(folder);
    fixture.server.recover().await.unwrap();
    for (letter, (key, id, part)) in (0..UPLOADS).zip(sent) {
        match complete(&fixture.client, &key, &id, part).await {
            Ok(()) => assert!(!answered.contains(&key), "{key} was completed before"),
            Err(code) => assert_eq!(code, "NoSuchUpload", "{key}"),
        }
        assert_eq!(fixture.get("originals", &key).await, bytes(letter), "{key}");
        let created = before.lines().filter(|line| **line == key).count();
        let created = created
            + fixture
                .created()
                .iter()
                .filter(|object| object.key == key)
                .count();
        assert!((1..=2).contains(&created), "{key} was created {created} times");
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
    let (_server, endpoint) = serve(
        &folder,
        Arc::new(move |object: ObjectCreated| {
            (&created)
                .write_all(format!("{}\n", object.key).as_bytes())
                .unwrap();
            Box::pin(async {}) as futures::future::BoxFuture<'static, ()>
        }),
    );
    fs::write(folder.join("draft"), endpoint).unwrap();
    fs::rename(folder.join("draft"), folder.join("endpoint")).unwrap();
    std::future::pending::<()>().await;
}

async fn start(folder: &Path) -> (Child, String) {
    let mut store = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::the_store_that_is_killed", "--ignored"])
        .env(FOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    loop {
        if let Ok(endpoint) = fs::read_to_string(folder.join("endpoint")) {
            return (store, endpoint);
        }
        assert!(
            begun.elapsed() < Duration::from_mins(1) && store.try_wait().unwrap().is_none(),
            "it did not start"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn bytes(letter: u8) -> Vec<u8> {
    vec![letter; SIZE]
}

/// Sends an upload of one part: its key, its id, and what completes it.
async fn send(client: &Client, letter: u8) -> (String, String, CompletedPart) {
    let key = format!("key-{letter}");
    let create = client
        .create_multipart_upload()
        .bucket("originals")
        .key(&key)
        .send()
        .await
        .unwrap();
    let id = create.upload_id().unwrap().to_owned();
    let part = client
        .upload_part()
        .bucket("originals")
        .key(&key)
        .upload_id(&id)
        .part_number(1);
    let part = part.body(bytes(letter).into()).send().await.unwrap();
    (
        key,
        id,
        CompletedPart::builder()
            .part_number(1)
            .e_tag(part.e_tag().unwrap())
            .build(),
    )
}

/// The error is S3's code.
async fn complete(client: &Client, key: &str, id: &str, part: CompletedPart) -> Result<(), String> {
    let complete = client
        .complete_multipart_upload()
        .bucket("originals")
        .key(key)
        .upload_id(id);
    let sent = complete
        .multipart_upload(CompletedMultipartUpload::builder().parts(part).build())
        .send()
        .await;
    sent.map(drop)
        .map_err(|refused| match refused.as_service_error() {
            Some(error) => error.code().unwrap_or("none").to_owned(),
            None => "the connection broke".to_owned(),
        })
}
