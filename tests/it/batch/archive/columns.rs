//! Columns that migrations add to the record while its months leave it.

use std::time::Duration;

use archive::ArchiveLimits;
use serde_json::Value;
use shared::stores::activities::{ArchiveJobState, ArchiveTarget};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tests::person::text;

use super::{
    ago,
    fixture::{SMALL, World},
};

/// A connection to each cluster of the record.
async fn clusters(world: &World) -> Vec<MySqlConnection> {
    let map = world.system.variable("ACTIVITY_SHARDS");
    let ranges: Vec<Value> = serde_json::from_str(map).expect("a shard map");
    let mut connections = Vec::new();
    for range in ranges {
        let url = text(&range["writer"]);
        connections.push(MySqlConnection::connect(&url).await.expect("a connection"));
    }
    connections
}

/// Adds a column, as a migration does with this algorithm.
async fn add_column(world: &World, name: &str, algorithm: &str) {
    let sql =
        format!("ALTER TABLE activity ADD COLUMN {name} VARCHAR(20) NULL, ALGORITHM = {algorithm}");
    for mut cluster in clusters(world).await {
        sqlx::query(AssertSqlSafe(sql.as_str()))
            .execute(&mut cluster)
            .await
            .expect("a column");
    }
}

/// Before the job has a table, while it has an empty one, and while rows are in it.
#[tokio::test]
async fn months_leave_a_record_that_gets_columns_at_any_step() {
    for algorithm in ["INPLACE", "COPY"] {
        let mut world = World::new().await;
        world.write(ago(6), 15).await;
        add_column(&world, "earlier", algorithm).await;
        let worker = world.worker(ArchiveLimits { time: Duration::ZERO, ..SMALL });
        let mut columns = 0;
        for job in world.plan(ago(6), ArchiveTarget::S3).await {
            let mut seen = Vec::new();
            while worker.advance(job.id).await.expect("a step").is_some() {
                let state = world.state(job.id).await;
                let has_table =
                    matches!(state, ArchiveJobState::Frozen | ArchiveJobState::Exchanged);
                // Once each: a frozen job whose table is of another form is planned again.
                if has_table && !seen.contains(&state) {
                    seen.push(state);
                    columns += 1;
                    add_column(&world, &format!("column_{columns}"), algorithm).await;
                }
                world
                    .check(&format!("{}, with {columns} columns more", state.word()))
                    .await;
            }
            assert_eq!(world.state(job.id).await, ArchiveJobState::Dropped);
        }
        assert!(columns >= 4, "{columns} columns");
    }
}

/// The reason for the rule that a migration of the record names its algorithm: MySQL would choose
/// this one.
#[tokio::test]
async fn a_column_that_is_added_in_an_instant_keeps_months_from_leaving_mysql() {
    let mut world = World::new().await;
    let version: String = sqlx::query_scalar("SELECT VERSION()")
        .fetch_one(&mut clusters(&world).await[0])
        .await
        .expect("a version");
    world.write(ago(6), 15).await;
    add_column(&world, "later", "INSTANT").await;
    let jobs = world.plan(ago(6), ArchiveTarget::S3).await;
    let advanced = world.worker(SMALL).advance(jobs[0].id).await;
    if version.contains("MariaDB") {
        advanced.expect("MariaDB exchanges it");
        return;
    }
    let error = advanced.expect_err("MySQL does not").chain();
    assert!(error.contains("1731"), "{error}");
    world.check("all rows are where they were").await;
}
