//! Accounts whose deletion is due.

use std::time::Duration;

use futures::future::join_all;
use lifecycle::DeleteAccounts;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Folder, Moment, PhotoId, UserId},
    runtime::ScheduledJob,
    stores::{
        Accounts, Activities, AlbumViews, Emails, ExportFiles, Exports, KnownNetworks, RateLimits,
        Sessions,
    },
};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tests::{
    OwnSystem, Person, System, kill_points,
    person::{PASSWORD, address, text},
    photograph::jpeg,
    store_search::{self, Needle},
    system::{env, projector, until, warehouse},
};
use uuid::Uuid;

use super::objects_of;
use crate::{
    activity::database,
    statistics::{Row, job as archive_job},
    warehouse::done,
};

/// Somebody with one of everything, here and at Bert's.
struct Cast {
    ana: Person,
    email: String,
    /// Addresses that she had, or tried to have.
    others: Vec<String>,
    id: UserId,
    /// The folder of her objects.
    folder: Folder,
    photo: String,
    bert: Person,
    his_album: String,
    his_photo: String,
}

async fn put(person: &Person, path: &str, body: Option<Value>) {
    let answer = person
        .ask(Method::PUT, path, &[], body.map(|body| body.to_string()))
        .await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
}

async fn cast(system: &System, bert: &Person, seed: u8) -> Cast {
    let (anyone, email) = (Person::anonymous(system), address());
    anyone.sign_up(&email).await.expect(201);
    let ana = anyone.with(&text(&anyone.sign_in(&email).await.expect(201)["token"]));
    let id = ana.id().await;
    let (album, trashed) = (ana.album("Summer").await, ana.album("Old").await);
    let photo = ana.upload(&album, &jpeg(40, 30, seed)).await;
    ana.settled(&photo).await;
    put(&ana, &format!("/v1/photos/{photo}/tags/lake"), None).await;
    put(&ana, &format!("/v1/albums/{trashed}/photos/{photo}"), None).await;
    ana.delete(&format!("/v1/albums/{trashed}"))
        .await
        .expect(204);
    ana.post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    put(
        &ana,
        &format!("/v1/albums/{album}/members/{}", bert.id().await),
        Some(json!({"role": "viewer"})),
    )
    .await;
    bert.post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Nice"}))
        .await
        .expect(201);
    let his_album = bert.album("His").await;
    let his_photo = bert
        .upload(&his_album, &jpeg(40, 30, seed.wrapping_add(100)))
        .await;
    bert.settled(&his_photo).await;
    put(bert, &format!("/v1/albums/{his_album}/members/{id}"), Some(json!({"role": "editor"})))
        .await;
    ana.post(&format!("/v1/photos/{his_photo}/comments"), json!({"text": "Lovely"}))
        .await
        .expect(201);
    put(&ana, &format!("/v1/photos/{his_photo}/favourite"), None).await;
    let export = text(&ana.post("/v1/me/exports", json!({})).await.expect(202)["id"]);
    let path = format!("/v1/me/exports/{export}");
    until("the export is ready", Duration::from_mins(1), async || {
        (ana.get(&path).await.expect(200)["state"] == "ready").then_some(())
    })
    .await;
    let (others, email) = moved(&ana, email).await;
    let id: UserId = id.parse().expect("an id");
    let folder = projector(system)
        .library
        .folder(id)
        .await
        .expect("a folder");
    Cast { ana, email, others, id, folder, photo, bert: bert.clone(), his_album, his_photo }
}

/// Changes the address several times at once: those that she has not, and the one that she has.
async fn moved(ana: &Person, email: String) -> (Vec<String>, String) {
    let mut others: Vec<_> = (0..5).map(|_| address()).collect();
    let change = async |email: &String| {
        let body = json!({"email": email, "current_password": PASSWORD}).to_string();
        ana.ask(Method::PATCH, "/v1/me", &[], Some(body))
            .await
            .status
    };
    let statuses = join_all(others.iter().map(change)).await;
    assert!(statuses.contains(&412), "all came after each other: {statuses:?}");
    let has = text(&ana.get("/v1/me").await.expect(200)["email"]);
    others.push(email);
    others.retain(|email| *email != has);
    (others, has)
}

async fn accounts_database(system: &System) -> MySqlConnection {
    let shards: Value =
        serde_json::from_str(system.variable("ACCOUNTS_SHARDS")).expect("a shard map");
    MySqlConnection::connect(&text(&shards[0]["writer"]))
        .await
        .expect("a connection")
}

/// Asks for the deletion, and lets the grace be over.
async fn due(cast: &Cast) {
    let asked = cast
        .ana
        .ask(Method::DELETE, "/v1/me", &[], Some(json!({"password": PASSWORD}).to_string()))
        .await;
    asked.expect(202);
    let mut database = accounts_database(&cast.ana.system).await;
    let at = Moment::now().plus(-60).utc();
    let over = sqlx::query("UPDATE users SET deletes_at = ? WHERE id = ?")
        .bind(at)
        .bind(cast.id.uuid());
    assert_eq!(
        over.execute(&mut database)
            .await
            .expect("an update")
            .rows_affected(),
        1
    );
}

/// Returns everywhere that her id stands, or the folder of her objects.
async fn hers(cast: &Cast) -> Vec<String> {
    let system = &cast.ana.system;
    let mut found =
        store_search::find(system, &Needle::id(&cast.id.to_string(), cast.id.uuid())).await;
    let folder = Needle::id(&cast.folder.to_string(), cast.folder.uuid());
    found.extend(store_search::find(system, &folder).await);
    found
}

async fn nothing_is_left(cast: &Cast) {
    let system = &cast.ana.system;
    let left = hers(cast).await;
    assert!(left.is_empty(), "{left:#?}");
    for email in [&cast.email].into_iter().chain(&cast.others) {
        let left = store_search::find(system, &Needle::text(email)).await;
        assert!(left.is_empty(), "{left:#?}");
    }
    assert_eq!(objects_of(system, &cast.photo).await, 0);
    let photo: PhotoId = cast.photo.parse().expect("an id");
    let left = store_search::find(system, &Needle::id(&cast.photo, photo.uuid())).await;
    assert!(left.iter().all(|place| place.contains("gone")), "{left:#?}");
    // Bert's is as it was, without Ana.
    until("the counts are right, if need be by the relay", Duration::from_mins(1), async || {
        system.invoke("RelayOutbox", &json!({})).await;
        let his = cast
            .bert
            .get(&format!("/v1/photos/{}", cast.his_photo))
            .await
            .expect(200);
        ((&his["comments"], &his["favourites"]) == (&json!(0), &json!(0))).then_some(())
    })
    .await;
    let members = cast
        .bert
        .get(&format!("/v1/albums/{}/members", cast.his_album))
        .await
        .expect(200);
    assert_eq!(members["items"].as_array().map(Vec::len), Some(1), "{members}");
    assert_eq!(cast.bert.get("/v1/albums/shared-with-me").await.expect(200)["items"], json!([]));
}

/// A row of activity of `owner`, where `actor` did something, in a table of MySQL's.
async fn row_in(db: &mut MySqlConnection, table: &str, owner: UserId, actor: UserId) {
    let insert = format!(
        "INSERT INTO {table} (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) \
         VALUES (?, '2026-02-10 00:00:00', ?, ?, 'create-comment', 'comment', ?, '{{}}')"
    );
    let insert = sqlx::query(AssertSqlSafe(insert))
        .bind(Uuid::now_v7())
        .bind(owner.uuid())
        .bind(actor.uuid());
    insert
        .bind(Uuid::now_v7())
        .execute(db)
        .await
        .expect("a row");
}

async fn row_in_warehouse(system: &System, owner: UserId, actor: UserId) {
    let (at, action, context) = ("2026-02-10 00:00:00", "create-comment", json!({}));
    let row = Row { at, owner, actor, action, context, job: Uuid::now_v7() };
    done(&warehouse(system), &[row.insert()], &[])
        .await
        .expect("a row");
}

/// Rows in tables of jobs that have ended, and in the warehouse: hers, Bert's on her things, hers
/// on his.
async fn archived(system: &System, ana: UserId, bert: UserId) {
    for (owner, actor) in [(ana, ana), (ana, bert), (bert, ana)] {
        let mut record = database(system, "ACTIVITY_SHARDS", owner.shard()).await;
        for state in ["failed", "verified"] {
            let job = archive_job(&mut record, state).await;
            row_in(&mut record, &format!("activity_{}", job.simple()), owner, actor).await;
        }
        row_in_warehouse(system, owner, actor).await;
    }
}

/// Runs the function until the account is gone: it asks the warehouse in one run, and finds the
/// answer in another.
async fn gone(cast: &Cast) {
    let system = &cast.ana.system;
    until("the account is gone", Duration::from_mins(1), async || {
        system.invoke("DeleteAccounts", &json!({})).await;
        (!has_account(cast).await).then_some(())
    })
    .await;
}

async fn has_account(cast: &Cast) -> bool {
    let mut database = accounts_database(&cast.ana.system).await;
    let count = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM users WHERE id = ?")
        .bind(cast.id.uuid());
    count.fetch_one(&mut database).await.expect("a count") > 0
}

/// Returns how many rows of Bert's record say that nobody did them, in each place.
async fn nobody_s(system: &System, bert: UserId) -> (usize, usize, usize) {
    let mut record = database(system, "ACTIVITY_SHARDS", bert.shard()).await;
    let jobs: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM archive_jobs WHERE state <> 'dropped'")
            .fetch_all(&mut record)
            .await
            .expect("jobs");
    let mut counts = Vec::new();
    for table in std::iter::once("activity".to_owned())
        .chain(jobs.iter().map(|job| format!("activity_{}", job.simple())))
    {
        let count = format!(
            "SELECT COUNT(*) FROM {table} WHERE owner_id = ? AND actor_id IS NULL AND action = 'create-comment'"
        );
        let count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(count)).bind(bert.uuid());
        counts.push(
            usize::try_from(count.fetch_one(&mut record).await.expect("a count")).expect("few"),
        );
    }
    let places = store_search::find(system, &Needle::id(&bert.to_string(), bert.uuid())).await;
    let there = places
        .iter()
        .filter(|place| place.starts_with("warehouse") && place.contains("Null"));
    (counts[0], counts[1..].iter().sum(), there.count())
}

#[tokio::test]
async fn an_account_that_is_due_leaves_nothing_but_a_receipt() {
    let own = OwnSystem::start(&["LoginsPerMinute=100000"]).await;
    let system = own.system();
    let bert = Person::new(&system).await;
    let cast = cast(&system, &bert, 31).await;
    let bert_id: UserId = bert.id().await.parse().expect("an id");
    archived(&system, cast.id, bert_id).await;
    let before = hers(&cast).await;
    for place in [
        "users.",
        "exports.",
        "photos.",
        "members.",
        "memberships.",
        "activity.",
        "activity_",
        "actors.",
        "warehouse",
        "comments.",
        "SESSION#",
        "originals/",
        "media/",
    ] {
        assert!(
            before.iter().any(|found| found.contains(place)),
            "the search does not find {place}: {before:#?}"
        );
    }
    system.invoke("DeleteAccounts", &json!({})).await;
    assert!(hers(&cast).await.len() >= before.len(), "nobody has asked for it");
    due(&cast).await;
    // A job has counted a row of hers: until it has ended, it is not taken away from it.
    let mut record = database(&system, "ACTIVITY_SHARDS", cast.id.shard()).await;
    let busy = archive_job(&mut record, "exported").await;
    let table = format!("activity_{}", busy.simple());
    row_in(&mut record, &table, cast.id, cast.id).await;
    for _ in 0..2 {
        system.invoke("DeleteAccounts", &json!({})).await;
    }
    assert!(has_account(&cast).await, "it waits");
    let left = hers(&cast).await;
    assert!(left.iter().any(|place| place.starts_with(&table)), "{left:#?}");
    assert!(left.iter().all(|place| !place.starts_with("activity.")), "{left:#?}");
    row_in_warehouse(&system, cast.id, cast.id).await;
    let dropped = sqlx::query("UPDATE archive_jobs SET state = 'dropped' WHERE id = ?").bind(busy);
    dropped.execute(&mut record).await.expect("a job");
    sqlx::query(AssertSqlSafe(format!("DROP TABLE {table}")))
        .execute(&mut record)
        .await
        .expect("a table");
    gone(&cast).await;
    nothing_is_left(&cast).await;
    assert_eq!(nobody_s(&system, bert_id).await, (1, 2, 1), "what she did is still there");
    let receipts = "SELECT user_id, counts FROM receipts WHERE ended_at IS NOT NULL";
    let receipts: Vec<(Option<Vec<u8>>, String)> = sqlx::query_as(receipts)
        .fetch_all(&mut accounts_database(&system).await)
        .await
        .expect("receipts");
    assert_eq!((receipts.len(), &receipts[0].0), (1, &None));
    let mut counts: Value = serde_json::from_str(&receipts[0].1).expect("JSON");
    assert!(
        counts["activity"].take().as_u64() > Some(10)
            && counts["bytes"].take().as_u64() > Some(100),
        "{receipts:?}"
    );
    let had = json!({
        "albums": 2, "photos": 1, "bytes": null, "shares": 1, "memberships": 1, "comments": 1, "favourites": 1,
        "activity": null, "archived": 3,
    });
    assert_eq!(counts, had);
    // The address is free.
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&cast.email).await.expect(401);
    anyone.sign_up(&cast.email).await.expect(201);
}

fn job(system: &System) -> DeleteAccounts {
    let system = &system.acting_as("DeleteAccounts");
    let (s3, hot) = (env(system, &system.s3), env(system, &system.dynamodb));
    DeleteAccounts {
        accounts: Accounts::connect(&hot).expect("accounts"),
        sessions: Sessions::connect(&hot).expect("sessions"),
        emails: Emails::connect(&hot).expect("addresses"),
        limits: RateLimits::connect(&hot).expect("limits"),
        networks: KnownNetworks::connect(&hot).expect("networks"),
        exports: Exports::connect(&hot).expect("exports"),
        files: ExportFiles::connect(&s3).expect("files"),
        views: AlbumViews::connect(&hot).expect("views"),
        activities: Activities::connect(&hot).expect("a record"),
        warehouse: Some(warehouse(system)),
        purge: super::purge(system),
    }
}

#[tokio::test]
async fn a_deletion_that_is_killed_anywhere_is_ended_by_the_next() {
    const DEATHS: usize = 60;
    let own = OwnSystem::start(&["LoginsPerMinute=100000"]).await;
    let system = own.system();
    let bert = Person::new(&system).await;
    let whole = cast(&system, &bert, 41).await;
    due(&whole).await;
    let (length, done) = kill_points::never(job(&system).run()).await;
    done.expect("a deletion");
    gone(&whole).await;
    nothing_is_left(&whole).await;
    for round in 0..2 {
        let cast = cast(&system, &bert, 42 + round).await;
        due(&cast).await;
        let mut deaths = 0;
        // Each death a little later than the one before: all that waits is a place to die at.
        for death in 1..=DEATHS {
            let polls = 1 + (2 * death + usize::from(round)) * length / (2 * DEATHS);
            deaths += usize::from(
                kill_points::after(polls, job(&system).run())
                    .await
                    .is_none(),
            );
        }
        assert!(deaths > 0, "nobody died");
        gone(&cast).await;
        nothing_is_left(&cast).await;
    }
}
