//! Systems that are killed: `make-renditions`, and the whole of it, while photos are on their way.
//!
//! Each test has a system of its own, in which a message that was not worked off comes again soon.

use std::time::Duration;

use serde_json::json;
use tests::{
    Person,
    person::text,
    photograph::{jpeg, sum},
    system::{OwnSystem, queues, until},
};

const SOON: [&str; 2] = ["UploadsVisibilitySeconds=4", "ProjectionVisibilitySeconds=4"];

/// Every photo of the album is there once, ready or failed, and nothing else is.
async fn all_settled(ana: &Person, album: &str, ids: &[String]) -> Vec<String> {
    let mut statuses = Vec::new();
    for id in ids {
        statuses.push(text(&ana.settled(id).await["status"]));
    }
    let page = ana
        .get(&format!("/v1/albums/{album}?limit=500"))
        .await
        .expect(200);
    let mut seen: Vec<_> = page["photos"]["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|p| text(&p["id"]))
        .collect();
    let mut wanted = ids.to_vec();
    seen.sort();
    wanted.sort();
    assert_eq!(seen, wanted, "none lost, none double");
    assert_eq!(page["photo_count"], ids.len());
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], ids.len());
    statuses
}

#[tokio::test]
async fn photos_survive_the_death_of_their_worker() {
    let own = OwnSystem::start(&SOON).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let mut ids = Vec::new();
    let mut killed = 0;
    for seed in 0..8 {
        ids.push(ana.upload(&album, &jpeg(1600, 1200, seed)).await);
        // Whatever the worker is doing at this instant: a different point each time.
        tokio::time::sleep(Duration::from_millis(40 * u64::from(seed))).await;
        killed += own.kill_function("make-renditions");
    }
    let statuses = all_settled(&ana, &album, &ids).await;
    assert!(killed > 0, "no worker was killed: the test has shown nothing");
    assert!(statuses.iter().any(|status| status == "ready"), "{statuses:?}");
}

#[tokio::test]
async fn photos_survive_the_death_of_the_whole_system() {
    let mut own = OwnSystem::start(&SOON).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let mut ids = Vec::new();
    for round in 0..3 {
        let ana = ana.at(&own.system());
        for seed in 0..2 {
            ids.push(
                ana.upload(&album, &jpeg(1600, 1200, 10 * round + seed))
                    .await,
            );
        }
        tokio::time::sleep(Duration::from_millis(150 * u64::from(round))).await;
        own.kill().await;
        own.start_again().await;
    }
    // A photo that was being worked on at each of three deaths has had its tries.
    let statuses = all_settled(&ana.at(&own.system()), &album, &ids).await;
    assert!(statuses.iter().any(|status| status == "ready"), "{statuses:?}");
}

/// The system dies while an upload is being answered: the object may be there, and nobody told.
#[tokio::test]
async fn an_upload_that_was_never_answered_is_not_lost() {
    let mut own = OwnSystem::start(&SOON).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let mut ids = Vec::new();
    for round in 0..4 {
        let ana = ana.at(&own.system());
        let bytes = jpeg(1600, 1200, 100 + round);
        let announced = ana.announce(&album, &bytes).await.expect(201);
        ids.push(text(&announced["photo"]["id"]));
        let upload = announced["upload"].clone();
        let sender = ana.clone();
        let sent = bytes.clone();
        let sending = tokio::spawn(async move { sender.try_send(&upload, &sent).await });
        tokio::time::sleep(Duration::from_millis(4 * u64::from(round))).await;
        own.kill().await;
        let answered = sending.await.expect("a sender").is_some();
        own.start_again().await;
        if !answered {
            // What a client does: announce again, send again; 412 says that the bytes are there.
            let ana = ana.at(&own.system());
            let again = ana.announce(&album, &bytes).await;
            if let Some(upload) = again.body.get("upload") {
                let status = ana.send(upload, &bytes).await;
                assert!(matches!(status, 200 | 412), "{status}");
            }
        }
    }
    let statuses = all_settled(&ana.at(&own.system()), &album, &ids).await;
    assert!(statuses.iter().all(|status| status == "ready"), "{statuses:?}");
}

#[tokio::test]
async fn a_message_that_keeps_failing_ends_among_the_dead_letters() {
    let own =
        OwnSystem::start(&["UploadsVisibilitySeconds=1", "ProjectionVisibilitySeconds=1"]).await;
    let system = own.system();
    let sqs = queues(&system);
    let url = |name: &str| format!("{}/000000000000/{name}", system.sqs);
    sqs.send_message()
        .queue_url(url("albumen-PhotoUploads"))
        .message_body("not an event")
        .send()
        .await
        .expect("a message");
    let body = until("the message is a dead letter", Duration::from_mins(1), async || {
        let received = sqs
            .receive_message()
            .queue_url(url("albumen-PhotoUploadsDead"))
            .send()
            .await
            .expect("an answer");
        received
            .messages()
            .first()
            .and_then(|message| message.body().map(str::to_owned))
    })
    .await;
    assert_eq!(body, "not an event");
}

/// A photo whose worker dies each time says so in the end.
#[tokio::test]
async fn a_photo_that_kills_its_worker_each_time_fails() {
    let own =
        OwnSystem::start(&["UploadsVisibilitySeconds=1", "ProjectionVisibilitySeconds=1"]).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(64, 48, 1);
    let announced = ana.announce(&album, &bytes).await.expect(201);
    let id = text(&announced["photo"]["id"]);
    let url = text(&announced["upload"]["url"]);
    let object = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    // The fourth time that the message is received, after three that nobody reported on.
    let event = tests::system::uploaded(object, bytes.len(), 4);
    let answer = own.system().invoke("MakeRenditions", &event).await;
    assert_eq!(
        answer["batchItemFailures"],
        json!([{"itemIdentifier": "m-1"}]),
        "on to the dead letters"
    );
    let photo = ana.settled(&id).await;
    assert_eq!(
        (&photo["status"], &photo["error"]["code"]),
        (&json!("failed"), &json!("processing_failed"))
    );
}

/// A copy of the template in which this function has so much memory, beside what is read with it.
fn template_with_memory(function: &str, mebibytes: u32) -> tempfile::TempDir {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = root.parent().expect("the repository");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["infra", "migrations"] {
        std::os::unix::fs::symlink(root.join(name), folder.path().join(name)).expect("a link");
    }
    let template = std::fs::read_to_string(root.join("template.yaml")).expect("the template");
    let (before, entry) = template
        .split_once(&format!("\n  {function}:\n"))
        .expect("the function");
    let (of_function, after) = entry.split_once("MemorySize: ").expect("its memory");
    let (_, after) = after.split_once('\n').expect("the next line");
    let changed = format!("{before}\n  {function}:\n{of_function}MemorySize: {mebibytes}\n{after}");
    std::fs::write(folder.path().join("template.yaml"), changed).expect("a template");
    folder
}

/// A photo that takes more memory than its worker has fails, and leaves its message; others do not.
#[tokio::test]
async fn a_photo_that_takes_all_memory_each_time_fails() {
    let folder = template_with_memory("MakeRenditions", 32);
    let template = folder.path().join("template.yaml").display().to_string();
    let options = ["--template", template.as_str()];
    let own = OwnSystem::start_with(&options, &["UploadsVisibilitySeconds=3"]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    // The worker has the whole file in its memory.
    let mut bytes = jpeg(64, 48, 1);
    bytes.resize(32 << 20, 0);
    let announcement = json!({
        "name": "large.jpg",
        "size": bytes.len(),
        "content_type": "image/jpeg",
        "sha256": sum(&bytes),
        "multipart": false,
    });
    let path = format!("/v1/albums/{album}/photos");
    let announced = ana.post(&path, announcement).await.expect(201);
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    let photo = ana.settled(&text(&announced["photo"]["id"])).await;
    assert_eq!(
        (&photo["status"], &photo["error"]["code"]),
        (&json!("failed"), &json!("processing_failed"))
    );
    let log = std::fs::read_to_string(own.data().with_extension("log")).expect("a log");
    assert!(log.contains("Runtime exited with error: signal: killed"), "{log}");
    let sqs = queues(&system);
    let dead = format!("{}/000000000000/albumen-PhotoUploadsDead", system.sqs);
    let letters = until("its message is a dead letter", Duration::from_mins(1), async || {
        let received = sqs.receive_message().queue_url(&dead).send().await;
        let received = received.expect("an answer");
        let letters = received.messages().iter();
        let bodies: Vec<_> = letters
            .filter_map(|letter| letter.body().map(str::to_owned))
            .collect();
        (!bodies.is_empty()).then_some(bodies)
    })
    .await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let small = ana.upload(&album, &jpeg(320, 240, 2)).await;
    assert_eq!(ana.settled(&small).await["status"], "ready");
}
