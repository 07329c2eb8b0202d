//! A database with a replica, which lags behind, stops, and takes over: people read what they have
//! written all the same, and nothing that was acknowledged is lost.

use std::{collections::BTreeSet, path::Path, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, MySqlConnection};
use tests::{OwnSystem, Person, System, person::text, photograph::jpeg, system::until};
use tokio::time::Instant;

use crate::{
    changes::copy_is_equal,
    discovery::{all, announce, ids},
    engines::{Load, comments},
};

const PARAMETERS: [&str; 2] = ["LoginsPerMinute=100000", "WritesPerMinute=1000000"];

/// The time in which a server that was started answers, and one that was left is tried again.
const SOON: Duration = Duration::from_secs(30);

/// The month of every photo here.
const MONTH: &str = "2026-07";

/// A system with a replica that is so many seconds behind.
async fn with_replica(lag: &str) -> OwnSystem {
    OwnSystem::start_with(&["--replica", "--lag", lag], &PARAMETERS).await
}

async fn set_lag(system: &System, seconds: u32) {
    let answer = reqwest::Client::new()
        .put(format!("{}/replica", system.sqs))
        .json(&json!({"lag": seconds}))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 204, "{:?}", answer.text().await);
}

/// Sends a signal to the server on this folder; which process it was.
fn signal(own: &OwnSystem, folder: &str, signal: &str) -> String {
    let process = process(&own.data().join(folder)).expect("a server");
    let sent = std::process::Command::new("kill")
        .args([signal, &process])
        .status();
    assert!(sent.expect("kill can be run").success(), "{process} was not there");
    process
}

/// The process of the server on this folder.
fn process(folder: &Path) -> Option<String> {
    let mut entries = std::fs::read_dir(folder).ok()?.flatten();
    let file = entries.find(|entry| entry.path().extension().is_some_and(|end| end == "pid"))?;
    let id = std::fs::read_to_string(file.path()).ok()?;
    Some(id.trim().to_owned())
}

/// The statements that the replica has answered.
struct Statements {
    system: System,
}

/// Reads what a server of the library says of itself, if it answers.
async fn status(system: &System, server: &str, query: &'static str) -> Option<String> {
    let map: Value = serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a map");
    let mut server = MySqlConnection::connect(&text(&map[0][server]))
        .await
        .ok()?;
    let (_, value): (String, String) = sqlx::query_as(query).fetch_one(&mut server).await.ok()?;
    Some(value)
}

/// A commit is answered when the replica has it: the two servers call that by two names.
async fn is_semi_synchronous(system: &System) -> Option<()> {
    let query = "\
        SHOW GLOBAL STATUS WHERE Value = 'ON' AND Variable_name IN \
        ('Rpl_semi_sync_master_status', 'Rpl_semi_sync_source_status')";
    status(system, "writer", query).await.map(drop)
}

impl Statements {
    async fn count(&self) -> Option<u64> {
        let query = "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'";
        status(&self.system, "reader", query).await?.parse().ok()
    }

    /// The number that the replica answers for each search that this person makes: one, to say
    /// what it has, or more.
    async fn of_a_search(&self, person: &Person) -> u64 {
        const SEARCHES: u64 = 6;
        let before = self.count().await;
        for _ in 0..SEARCHES {
            person.get("/v1/search?q=harbour").await.expect(200);
        }
        // Each look at the count is a statement, too.
        match (before, self.count().await) {
            (Some(before), Some(after)) => after.saturating_sub(before) / SEARCHES,
            _ => 0,
        }
    }

    async fn until_searches_are_answered(&self, person: &Person) {
        until("the replica answers searches", SOON, async || {
            (self.of_a_search(person).await > 1).then_some(())
        })
        .await;
    }
}

/// Everything that this person reads has what they have just written, at every write.
async fn own_writes_are_read(ana: &Person) {
    let album = ana.album("Harbour").await;
    let changes = ana.get("/v1/changes?limit=500").await.expect(200);
    let mut cursor = text(&changes["next"]);
    for number in 1..=3 {
        let fields =
            json!({"caption": format!("harbour {number}"), "taken_at": "2026-07-14T09:30:00Z"});
        let photo = announce(ana, &album, &fields).await;
        let place = json!({"place": {"latitude": 45.98, "longitude": 9.26}}).to_string();
        ana.ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(place))
            .await
            .expect(200);
        let found = ana.get("/v1/search?q=harbour").await.expect(200);
        assert_eq!(ids(&found).len(), number, "{found}");
        let month = ana.get(&format!("/v1/timeline/{MONTH}")).await.expect(200);
        assert_eq!(ids(&month).len(), number, "{month}");
        let map = ana.get("/v1/map?bbox=-180,-90,180,90&zoom=0").await;
        assert_eq!(map.expect(200)["items"][0]["photos"], number);
        let buckets = ana.get("/v1/timeline/buckets").await.expect(200);
        assert_eq!(buckets["items"], json!([{"month": MONTH, "photos": number}]));
        let suggested = ana.get("/v1/search/suggestions?q=harb").await.expect(200);
        assert_eq!(suggested["items"], json!([{"word": "harbour", "photos": number}]));
        assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], number);
        let page = ana
            .get(&format!("/v1/changes?cursor={cursor}"))
            .await
            .expect(200);
        assert!(ids(&page).contains(&photo), "{page}");
        cursor = text(&page["next"]);
        let tag = format!("/v1/photos/{photo}/tags/lake");
        assert_eq!(ana.ask(Method::PUT, &tag, &[], None).await.status, 204);
        assert_eq!(ids(&ana.get("/v1/search?tag=lake").await.expect(200)).len(), number);
    }
    own_name_is_read(ana, &album).await;
}

/// One's own name is the newest, also among those of others.
async fn own_name_is_read(ana: &Person, album: &str) {
    let name = json!({"name": "Ana Maria"}).to_string();
    ana.ask(Method::PATCH, "/v1/me", &[], Some(name))
        .await
        .expect(200);
    let members = ana
        .get(&format!("/v1/albums/{album}/members"))
        .await
        .expect(200);
    assert_eq!(members["items"][0]["name"], "Ana Maria", "{members}");
}

/// Each photo behind a cursor stays there, while others come before it.
async fn cursors_hold(ana: &Person) {
    let album = ana.album("Cursors").await;
    let mut wanted = BTreeSet::new();
    for day in 10..16 {
        let fields = json!({"caption": "anchor", "taken_at": format!("2026-06-{day}T09:30:00Z")});
        wanted.insert(announce(ana, &album, &fields).await);
    }
    let mut newer = 0;
    for path in ["/v1/search?q=anchor", "/v1/timeline/2026-06?"] {
        let mut met = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = ana
                .get(&format!("{path}&limit=2{cursor}"))
                .await
                .expect(200);
            met.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
            let before_all = json!({"caption": "anchor", "taken_at": "2026-06-29T09:30:00Z"});
            announce(ana, &album, &before_all).await;
            newer += 1;
        }
        met.retain(|photo| wanted.contains(photo));
        assert_eq!(met.len(), wanted.len(), "{path}: each once");
        assert_eq!(met.into_iter().collect::<BTreeSet<_>>(), wanted, "{path}");
    }
    assert_eq!(all(ana, "/v1/timeline/2026-06").await.len(), wanted.len() + newer);
}

/// One system for both, because a start takes longer than either.
#[tokio::test]
async fn own_writes_are_read_at_any_lag_and_a_replica_that_stops_is_left() {
    let own = with_replica("0").await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Early").await;
    announce(&ana, &album, &json!({"caption": "harbour"})).await;
    let statements = Statements { system: system.clone() };
    statements.until_searches_are_answered(&ana).await;
    for lag in [0, 5, 300] {
        set_lag(&system, lag).await;
        let now = Person::new(&system).await;
        own_writes_are_read(&now).await;
        cursors_hold(&now).await;
        if lag == 5 {
            // Now the reader has caught up, now it has not.
            copy_is_equal(&system).await;
        }
        if lag == 300 {
            assert_eq!(statements.of_a_search(&now).await, 1, "it has not what they wrote");
        }
        assert!(statements.of_a_search(&ana).await > 1, "{lag}: it has all that she wrote");
    }
    set_lag(&system, 0).await;
    hanging_is_left(&own, &ana, &album).await;
    statements.until_searches_are_answered(&ana).await;
    death_is_survived(&own, &ana).await;
    statements.until_searches_are_answered(&ana).await;
}

/// A replica that hangs keeps hardly anybody waiting.
async fn hanging_is_left(own: &OwnSystem, ana: &Person, album: &str) {
    signal(own, "replica", "-STOP");
    let stopped = Instant::now();
    for number in 0..8 {
        let before = Instant::now();
        announce(ana, album, &json!({"caption": "harbour"})).await;
        let found = ana.get("/v1/search?q=harbour").await.expect(200);
        assert_eq!(ids(&found).len(), 2 + number, "{found}");
        let took = before.elapsed();
        assert!(took < Duration::from_secs(4), "{took:?}");
    }
    let took = stopped.elapsed();
    assert!(took < Duration::from_secs(8), "one waits for it, not each: {took:?}");
    signal(own, "replica", "-CONT");
}

/// A replica that was killed is missed by nobody, and comes back.
async fn death_is_survived(own: &OwnSystem, ana: &Person) {
    let killed = signal(own, "replica", "-KILL");
    for _ in 0..4 {
        ana.get("/v1/search?q=harbour").await.expect(200);
    }
    until("there is another", SOON, async || {
        process(&own.data().join("replica")).filter(|process| *process != killed)
    })
    .await;
}

#[tokio::test]
async fn a_replica_takes_over_from_a_writer_that_was_killed() {
    // All that it has is yet to be applied.
    let own = with_replica("300").await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(320, 240, 1)).await;
    ana.settled(&photo).await;
    let load = Load::start(&ana, &album, &photo);
    for _ in 0..2 {
        until("commits wait for the replica", SOON, async || is_semi_synchronous(&system).await)
            .await;
        load.goes_on(15).await;
        signal(&own, "mariadb", "-KILL");
        let since = Instant::now();
        load.goes_on(4).await;
        let took = since.elapsed();
        eprintln!("writes went on {took:?} after the writer was killed");
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
    let log = std::fs::read_to_string(own.data().with_extension("log")).expect("a log");
    assert_eq!(log.matches("its replica takes over").count(), 2, "{log}");
    assert!(!log.contains("cannot take over"), "{log}");
    let acknowledged = load.end().await;
    let there = comments(&ana, &photo).await;
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
    own_writes_are_read(&Person::new(&system).await).await;
}
