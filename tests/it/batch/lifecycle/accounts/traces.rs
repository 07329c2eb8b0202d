//! Traces of somebody, made and looked for: in every table, item, object and row of the warehouse.

use std::time::Duration;

use serde_json::json;
use shared::domain::{PhotoId, UserId};
use sqlx::{AssertSqlSafe, MySqlConnection};
use tests::{
    System,
    store_search::{self, Needle},
    system::{until, warehouse},
};
use uuid::Uuid;

use super::cast::Cast;
use crate::{
    activity::database,
    batch::lifecycle::objects_of,
    statistics::{Row, job as archive_job},
    warehouse::done,
};

/// A row of activity of `owner`, where `actor` did something, in a table of MySQL's.
pub(super) async fn row_in(db: &mut MySqlConnection, table: &str, owner: UserId, actor: UserId) {
    let insert = format!(
        "INSERT INTO {table} \
         (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) \
         VALUES (?, '2026-02-10 00:00:00', ?, ?, 'create-comment', 'comment', ?, '{{}}')"
    );
    sqlx::query(AssertSqlSafe(insert))
        .bind(Uuid::now_v7())
        .bind(owner.uuid())
        .bind(actor.uuid())
        .bind(Uuid::now_v7())
        .execute(db)
        .await
        .expect("a row");
}

/// As [`row_in`], in the warehouse.
pub(super) async fn row_in_warehouse(system: &System, owner: UserId, actor: UserId) {
    let at = "2026-02-10 00:00:00";
    let action = "create-comment";
    let context = json!({});
    let row = Row { at, owner, actor, action, context, job: Uuid::now_v7() };
    done(&warehouse(system), &[row.insert()], &[])
        .await
        .expect("a row");
}

/// Rows in tables of jobs that have ended, and in the warehouse: hers, Bert's on her things, hers
/// on his.
pub(super) async fn archived(system: &System, ana: UserId, bert: UserId) {
    for (owner, actor) in [(ana, ana), (ana, bert), (bert, ana)] {
        let mut record = database(system, "ACTIVITY_SHARDS", owner.shard()).await;
        for state in ["failed", "verified"] {
            let job = archive_job(&mut record, state).await;
            row_in(&mut record, &format!("activity_{}", job.simple()), owner, actor).await;
        }
        row_in_warehouse(system, owner, actor).await;
    }
}

/// Returns everywhere that her id stands, or the folder of her objects.
pub(super) async fn places_of(cast: &Cast) -> Vec<String> {
    let system = &cast.ana.system;
    let mut found =
        store_search::find(system, &Needle::id(&cast.id.to_string(), cast.id.uuid())).await;
    let folder = Needle::id(&cast.folder.to_string(), cast.folder.uuid());
    found.extend(store_search::find(system, &folder).await);
    found
}

/// Holds that nothing is left of Ana, and that Bert has what he had.
pub(super) async fn nothing_is_left(cast: &Cast) {
    let system = &cast.ana.system;
    let left = places_of(cast).await;
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
        (his["comments"] == 0 && his["favourites"] == 0).then_some(())
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

/// Returns how many rows of Bert's record say that nobody did them: in the record, in tables of
/// jobs, in the warehouse.
pub(super) async fn anonymous_rows(system: &System, bert: UserId) -> (usize, usize, usize) {
    let mut record = database(system, "ACTIVITY_SHARDS", bert.shard()).await;
    let jobs: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM archive_jobs WHERE state <> 'dropped'")
            .fetch_all(&mut record)
            .await
            .expect("jobs");
    let in_record = anonymous_rows_in(&mut record, "activity", bert).await;
    let mut in_jobs = 0;
    for job in jobs {
        in_jobs +=
            anonymous_rows_in(&mut record, &format!("activity_{}", job.simple()), bert).await;
    }
    let places = store_search::find(system, &Needle::id(&bert.to_string(), bert.uuid())).await;
    let in_warehouse = places
        .iter()
        .filter(|place| place.starts_with("warehouse") && place.contains("Null"));
    (in_record, in_jobs, in_warehouse.count())
}

async fn anonymous_rows_in(record: &mut MySqlConnection, table: &str, bert: UserId) -> usize {
    let count = format!(
        "SELECT COUNT(*) FROM {table} \
         WHERE owner_id = ? AND actor_id IS NULL AND action = 'create-comment'"
    );
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count))
        .bind(bert.uuid())
        .fetch_one(record)
        .await
        .expect("a count");
    usize::try_from(rows).expect("few")
}
