//! Rows of activity as they stand in the database, and databases to put them into.

use std::path::Path;

use serde_json::{Value, json};
use shared::domain::{Activity, ActivityId, Fresh, Moment, Seed, UserId};
use sqlx::{AssertSqlSafe, Connection, MySql, MySqlConnection, QueryBuilder, migrate::Migrator};
use tests::{System, person::text};
use uuid::Uuid;

/// Two databases like those of the system's record, and empty; the shard map that leads to them.
pub async fn clusters(system: &System) -> String {
    let map: Vec<Value> = serde_json::from_str(system.variable("ACTIVITY_SHARDS")).expect("a map");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/activity");
    let migrator = Migrator::new(migrations).await.expect("migrations");
    let name = Uuid::new_v4().simple().to_string();
    let mut ranges = Vec::new();
    for (number, range) in map.iter().enumerate() {
        let url = text(&range["writer"]);
        let theirs = format!("test_{}_{number}", &name[..16]);
        let mut database = MySqlConnection::connect(&url).await.expect("a connection");
        let create = format!("CREATE DATABASE {theirs} CHARACTER SET utf8mb4");
        sqlx::query(AssertSqlSafe(create))
            .execute(&mut database)
            .await
            .expect("a database");
        let url = url.replacen(&format!("/activity_{number}?"), &format!("/{theirs}?"), 1);
        let mut database = MySqlConnection::connect(&url).await.expect("a connection");
        migrator.run(&mut database).await.expect("its tables");
        ranges
            .push(json!({"from": range["from"], "to": range["to"], "writer": url, "reader": url}));
    }
    json!(ranges).to_string()
}

/// A row of this moment, with much in its context that could be lost on the way.
pub fn row(owner: UserId, at: Moment, number: u32) -> Activity {
    let mut seed: [u8; 32] = shared::domain::id::random_bytes();
    let millis = u64::try_from(at.micros() / 1000).expect("after 1970");
    seed[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    let actor = [None, Some(owner)][usize::from(number.is_multiple_of(3))];
    Activity {
        id: ActivityId::seeded(owner.shard(), Seed::from(seed)),
        at,
        owner,
        actor,
        action: "put-favourite".to_owned(),
        subject_kind: "photo".to_owned(),
        subject_id: Uuid::now_v7(),
        context: format!(r#"{{"n":{number},"text":"Zoë 写真 🦊 | \"quoted\""}}"#),
    }
}

/// Puts rows into the record as they are.
pub async fn insert(system: &System, rows: &[Activity]) {
    let shard = rows.first().expect("rows").owner.shard();
    let shards: Vec<Value> =
        serde_json::from_str(system.variable("ACTIVITY_SHARDS")).expect("a map");
    let holds = |range: &&Value| range["to"].as_u64() >= Some(u64::from(shard.number()));
    let url = text(&shards.iter().find(holds).expect("a cluster")["writer"]);
    let mut database = MySqlConnection::connect(&url).await.expect("a connection");
    for some in rows.chunks(500) {
        let mut query = QueryBuilder::<MySql>::new(
            "INSERT INTO activity (id, at, owner_id, actor_id, action, subject_kind, \
             subject_id, context) ",
        );
        query.push_values(some, |mut values, row| {
            values
                .push_bind(row.id.uuid())
                .push_bind(row.at.utc())
                .push_bind(row.owner.uuid());
            values
                .push_bind(row.actor.map(UserId::uuid))
                .push_bind(&row.action)
                .push_bind(&row.subject_kind);
            values.push_bind(row.subject_id).push_bind(&row.context);
        });
        query.build().execute(&mut database).await.expect("rows");
    }
}
