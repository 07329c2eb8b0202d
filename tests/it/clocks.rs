//! Functions whose clock is wrong by a day: what they write is neither lost nor doubled, and those
//! whose clock is right go on.

use std::{path::Path, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    person::{ApiResponse, text},
    photograph::jpeg,
    system::{library, until},
};

const DAY: i64 = 24 * 60 * 60;
const SOON: Duration = Duration::from_mins(1);

/// A system whose functions can be given a wrong clock, and somebody with an album.
async fn world() -> (OwnSystem, Person, String) {
    let program = std::env::current_exe().expect("this binary's path");
    let programs = program
        .parent()
        .and_then(Path::parent)
        .expect("target/debug");
    let library = programs.join("examples/libskewed_clock.so");
    assert!(library.is_file(), "cargo build -p local --example skewed-clock makes the library");
    let own = OwnSystem::start_with(&["--faults", "1"], &["UploadsVisibilitySeconds=4"]).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    (own, ana, album)
}

/// Has this function be run by a new process, whose clock is wrong by so many seconds.
async fn set_clock(own: &OwnSystem, function: &str, seconds: Option<i64>) {
    own.system()
        .set_faults(&json!({"rate": 0.0, "clock": seconds}))
        .await;
    let before = own.processes(function);
    own.kill_function(function);
    // Until then the host may hand it one more call, which fails with it.
    until("the host has noticed its end", SOON, async || {
        let is_gone = |process: &u32| !Path::new(&format!("/proc/{process}")).exists();
        before.iter().all(is_gone).then_some(())
    })
    .await;
}

async fn post(person: &Person, path: &str, key: &str, body: &Value) -> ApiResponse {
    person
        .ask(Method::POST, path, &[("idempotency-key", key)], Some(body.to_string()))
        .await
}

/// Asks until it is answered otherwise than to come again: a process with a wrong clock learns the
/// time by a refusal, and under load may have none left to ask once more.
async fn answered(ask: &impl AsyncFn() -> ApiResponse) -> ApiResponse {
    until("there is an answer", SOON, async || {
        let answer = ask().await;
        let comes_again = answer.status >= 500 || answer.body["type"] == "/problems/in-flight";
        (!comes_again).then_some(answer)
    })
    .await
}

/// The photo, once it is ready or failed.
async fn settled(person: &Person, photo: &str) -> Value {
    let path = format!("/v1/photos/{photo}");
    until("the photo is ready or failed", SOON, async || {
        let photo = answered(&async || person.get(&path).await)
            .await
            .expect(200);
        let is_settled = photo["status"] == "ready" || photo["status"] == "failed";
        is_settled.then_some(photo)
    })
    .await
}

/// The record of the first process seems to have expired to the second one, whose clock is two days
/// later.
#[tokio::test]
async fn a_request_that_is_repeated_two_days_later_by_the_clocks_happens_once() {
    let (own, ana, _) = world().await;
    let body = json!({"title": "Winter"});
    set_clock(&own, "create-album", Some(-DAY)).await;
    let request = async || post(&ana, "/v1/albums", "k-1", &body).await;
    let first = answered(&request).await.expect(201);
    let created_at = text(&first["created_at"]);
    set_clock(&own, "create-album", Some(DAY)).await;
    let again = answered(&request).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.expect(201)["id"], first["id"]);
    let albums = answered(&async || ana.get("/v1/albums").await)
        .await
        .expect(200);
    assert_eq!(albums["items"].as_array().map(Vec::len), Some(2));
    let spring = json!({"title": "Spring"});
    let other = answered(&async || post(&ana, "/v1/albums", "k-2", &spring).await).await;
    let other = other.expect(201);
    assert!(text(&other["created_at"]) > created_at, "the clocks were not wrong");
}

/// The bucket that the process ahead has filled is full for a day.
#[tokio::test]
async fn one_process_whose_clock_is_ahead_has_nobody_wait_for_a_day() {
    let (own, ana, _) = world().await;
    set_clock(&own, "create-album", Some(DAY)).await;
    let tomorrow = json!({"title": "Tomorrow's"});
    let request = async || post(&ana, "/v1/albums", "k-1", &tomorrow).await;
    answered(&request).await.expect(201);
    set_clock(&own, "create-album", None).await;
    ana.album("Today's").await;
}

/// A change that a process ahead has committed and not projected is younger than now.
#[tokio::test]
async fn what_a_process_ahead_has_left_in_its_outbox_is_relayed_at_once() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let id = album.parse::<shared::domain::AlbumId>().expect("an id");
    let mut library = library(&system, id.shard()).await;
    let insert = sqlx::query(
        "INSERT INTO outbox (kind, aggregate, version, created_at) \
         VALUES ('album', ?, 1, UTC_TIMESTAMP() + INTERVAL 1 DAY)",
    );
    let inserted = insert.bind(id.uuid()).execute(&mut library).await;
    inserted.expect("a row");
    system.invoke("RelayOutbox", &json!({})).await;
    let left = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE aggregate = ?");
    let left: i64 = left
        .bind(id.uuid())
        .fetch_one(&mut library)
        .await
        .expect("a number");
    assert_eq!(left, 0);
}

/// A URL that was signed yesterday has expired, and one of tomorrow is not good yet: the photo is
/// announced again, as after every URL that has expired.
#[tokio::test]
async fn photos_are_announced_again_and_rendered_whatever_the_clocks_say() {
    let (own, ana, album) = world().await;
    for (seed, seconds) in [(1, -DAY), (2, DAY)] {
        let bytes = jpeg(320, 240, seed);
        set_clock(&own, "create-photo", Some(seconds)).await;
        let announce = async || ana.announce(&album, &bytes).await;
        let announced = answered(&announce).await.expect(201);
        assert_eq!(ana.send(&announced["upload"], &bytes).await, 403);
        set_clock(&own, "create-photo", None).await;
        let again = answered(&announce).await;
        assert_eq!(again.body["photo"]["id"], announced["photo"]["id"]);
        set_clock(&own, "make-renditions", Some(seconds)).await;
        assert_eq!(ana.send(&again.body["upload"], &bytes).await, 200);
        let photo = settled(&ana, &text(&announced["photo"]["id"])).await;
        assert_eq!(photo["status"], "ready", "{photo}");
    }
    let path = format!("/v1/albums/{album}");
    let seen = answered(&async || ana.get(&path).await).await.expect(200);
    assert_eq!(seen["photo_count"], 2, "{seen}");
}

/// A run of faults has to end: a process that stayed would sign URLs of another day for ever.
#[tokio::test]
async fn a_clock_is_right_again_once_no_fault_asks_for_another() {
    let (own, ana, album) = world().await;
    let bytes = jpeg(320, 240, 3);
    set_clock(&own, "create-photo", Some(DAY)).await;
    let announce = async || ana.announce(&album, &bytes).await;
    let announced = answered(&announce).await.expect(201);
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 403);
    let processes = own.processes("create-photo");
    own.system().set_faults(&json!({"rate": 0.0})).await;
    let again = answered(&announce).await;
    assert_eq!(ana.send(&again.body["upload"], &bytes).await, 200);
    assert_ne!(own.processes("create-photo"), processes);
}
