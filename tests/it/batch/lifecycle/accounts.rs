//! Accounts whose deletion is due.

mod cast;
mod traces;

use std::time::Duration;

use lifecycle::DeleteAccounts;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Moment, UserId},
    http::Signer,
    runtime::ScheduledJob,
    stores::{
        Accounts, Activities, AlbumViews, Emails, ExportFiles, Exports, Identities, Invited,
        KnownNetworks, RateLimits, SentMails, Sessions,
    },
};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tests::{
    OwnSystem, Person, System, kill_points,
    person::{PASSWORD, text},
    system::{env, until, warehouse},
};

use crate::{activity::database, statistics::job as archive_job};
use cast::{Cast, cast};
use traces::{anonymous_rows, archived, nothing_is_left, places_of, row_in, row_in_warehouse};

async fn accounts_database(system: &System) -> MySqlConnection {
    let shards: Value =
        serde_json::from_str(system.variable("ACCOUNTS_SHARDS")).expect("a shard map");
    MySqlConnection::connect(&text(&shards[0]["writer"]))
        .await
        .expect("a connection")
}

/// Asks for the deletion, and lets the grace be over.
async fn due(cast: &Cast) {
    let body = json!({"password": PASSWORD, "code": cast.code}).to_string();
    let asked = cast
        .ana
        .ask(Method::DELETE, "/v1/me", &[], Some(body))
        .await;
    asked.expect(202);
    let mut database = accounts_database(&cast.ana.system).await;
    let at = Moment::now().plus(-60).utc();
    let over = sqlx::query("UPDATE users SET deletes_at = ? WHERE id = ?")
        .bind(at)
        .bind(cast.id.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    assert_eq!(over.rows_affected(), 1);
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
    let accounts: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE id = ?")
        .bind(cast.id.uuid())
        .fetch_one(&mut database)
        .await
        .expect("a count");
    accounts > 0
}

/// Places that have the id of somebody with one of everything.
const PLACES: [&str; 21] = [
    "users.",
    "passkeys.",
    "administrator_claims.",
    "second_factors.",
    "recovery_codes.",
    "identities.",
    "exports.",
    "photos.",
    "members.",
    "memberships.",
    "invitations.",
    "activity.",
    "activity_",
    "actors.",
    "warehouse",
    "comments.",
    "SESSION#",
    "IDENTITY#",
    "HANDED#",
    "originals/",
    "media/",
];

/// Holds that a deletion waits for a job that has counted a row of hers, and takes nothing away
/// from it.
async fn a_busy_job_is_let_end(cast: &Cast) {
    let system = &cast.ana.system;
    let mut record = database(system, "ACTIVITY_SHARDS", cast.id.shard()).await;
    let busy = archive_job(&mut record, "exported").await;
    let table = format!("activity_{}", busy.simple());
    row_in(&mut record, &table, cast.id, cast.id).await;
    for _ in 0..2 {
        system.invoke("DeleteAccounts", &json!({})).await;
    }
    assert!(has_account(cast).await, "it waits");
    let left = places_of(cast).await;
    assert!(left.iter().any(|place| place.starts_with(&table)), "{left:#?}");
    assert!(left.iter().all(|place| !place.starts_with("activity.")), "{left:#?}");
    row_in_warehouse(system, cast.id, cast.id).await;
    let dropped = sqlx::query("UPDATE archive_jobs SET state = 'dropped' WHERE id = ?").bind(busy);
    dropped.execute(&mut record).await.expect("a job");
    sqlx::query(AssertSqlSafe(format!("DROP TABLE {table}")))
        .execute(&mut record)
        .await
        .expect("a table");
}

/// Holds that the receipt says how much there was, and nothing of whose.
async fn one_receipt_is_kept(system: &System) {
    let receipts: Vec<(Option<Vec<u8>>, String)> =
        sqlx::query_as("SELECT user_id, counts FROM receipts WHERE ended_at IS NOT NULL")
            .fetch_all(&mut accounts_database(system).await)
            .await
            .expect("receipts");
    assert_eq!(receipts.len(), 1);
    let (user, counts) = &receipts[0];
    assert_eq!(*user, None);
    let mut counts: Value = serde_json::from_str(counts).expect("JSON");
    assert!(
        counts["activity"].take().as_u64() > Some(10)
            && counts["bytes"].take().as_u64() > Some(100),
        "{receipts:?}"
    );
    let had = json!({
        "albums": 2, "photos": 1, "bytes": null, "shares": 1, "memberships": 1, "comments": 1,
        "favourites": 1, "activity": null, "archived": 3,
    });
    assert_eq!(counts, had);
}

#[tokio::test]
async fn an_account_that_is_due_leaves_nothing_but_a_receipt() {
    let own = OwnSystem::start(&["LoginsPerMinute=100000"]).await;
    let system = own.system();
    let bert = Person::new(&system).await;
    let cast = cast(&system, &bert, 31).await;
    let bert_id: UserId = bert.id().await.parse().expect("an id");
    archived(&system, cast.id, bert_id).await;
    let before = places_of(&cast).await;
    for place in PLACES {
        assert!(
            before.iter().any(|found| found.contains(place)),
            "the search does not find {place}: {before:#?}"
        );
    }
    system.invoke("DeleteAccounts", &json!({})).await;
    assert!(places_of(&cast).await.len() >= before.len(), "nobody has asked for it");
    due(&cast).await;
    a_busy_job_is_let_end(&cast).await;
    gone(&cast).await;
    nothing_is_left(&cast).await;
    assert_eq!(anonymous_rows(&system, bert_id).await, (1, 2, 1), "what she did is still there");
    one_receipt_is_kept(&system).await;
    // The address is free.
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&cast.email).await.expect(401);
    anyone.sign_up(&cast.email).await.expect(201);
}

fn job(system: &System) -> DeleteAccounts {
    let system = &system.acting_as("DeleteAccounts");
    let s3 = env(system, &system.s3);
    let hot = env(system, &system.dynamodb);
    DeleteAccounts {
        accounts: Accounts::connect(&hot).expect("accounts"),
        sessions: Sessions::connect(&hot).expect("sessions"),
        emails: Emails::connect(&hot).expect("addresses"),
        limits: RateLimits::connect(&hot).expect("limits"),
        identities: Identities::connect(&hot).expect("identities"),
        networks: KnownNetworks::connect(&hot).expect("networks"),
        mails: SentMails::connect(&hot).expect("mails"),
        invited: Invited::connect(&hot).expect("invited"),
        signer: Signer::connect(&hot).expect("a signer"),
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
            let outcome = kill_points::after(polls, job(&system).run()).await;
            deaths += usize::from(outcome.is_none());
        }
        assert!(deaths > 0, "nobody died");
        gone(&cast).await;
        nothing_is_left(&cast).await;
    }
}
