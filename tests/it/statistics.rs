//! Statistics: what the warehouse says, what MySQL says, and the item that is read.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    domain::{
        Moment, UserId, UserRange,
        statistics::{CountedAction, Statistics, Tally},
    },
    env::Env,
    error::Result,
    stores::{StatisticsItems, tallies},
};
use sqlx::{AssertSqlSafe, MySqlConnection};
use tests::{
    Person, System,
    system::{sdk, until, warehouse},
};
use uuid::Uuid;

use super::activity::database;

/// A row of the warehouse's.
pub struct Row<'a> {
    pub at: &'a str,
    pub owner: UserId,
    pub actor: UserId,
    pub action: &'a str,
    pub context: Value,
    pub job: Uuid,
}

impl Row<'_> {
    pub fn insert(&self) -> String {
        self.insert_as(Uuid::now_v7())
    }

    /// The same with this id.
    pub fn insert_as(&self, row: Uuid) -> String {
        let id = |id: Uuid| id.simple().to_string();
        format!(
            "INSERT INTO activity VALUES ('{}', TIMESTAMP '{}', '{}', '{}', '{}', 'photo', \
             '{}', '{}', '{}')",
            id(row),
            self.at,
            id(self.owner.uuid()),
            id(self.actor.uuid()),
            self.action,
            id(Uuid::now_v7()),
            self.context,
            id(self.job),
        )
    }
}

#[tokio::test]
async fn the_warehouse_tallies_what_these_jobs_have_brought() -> Result<()> {
    let warehouse = warehouse(&System::shared());
    let [ana, bo] = [(); 2].map(|()| UserId::new(shared::domain::Shard::random()));
    let [job, other] = [Uuid::now_v7(), Uuid::now_v7()];
    let row = |at, owner, actor, action, context, job| {
        Row { at, owner, actor, action, context, job }.insert()
    };
    let photo = |bytes: u64| json!({"bytes": bytes, "camera": "Canon EOS R5", "request": "r"});
    let rows = [
        row("2026-01-31 23:59:59.999999", ana, ana, "make-renditions", photo(100), job),
        row("2026-02-01 00:00:00", ana, ana, "make-renditions", photo(20), job),
        row("2026-02-03 00:00:00", ana, ana, "make-renditions", photo(3), job),
        row(
            "2026-02-03 00:00:00",
            ana,
            ana,
            "make-renditions",
            json!({"request": "it failed"}),
            job,
        ),
        row("2026-02-03 00:00:00", ana, ana, "make-renditions", photo(9999), other),
        row("2026-02-04 00:00:00", ana, ana, "purge-trash", json!({"bytes": 20}), job),
        row("2026-02-05 00:00:00", ana, bo, "create-comment", json!({}), job),
        row("2026-02-05 00:00:00", ana, ana, "create-comment", json!({}), job),
        row("2026-02-05 00:00:00", bo, ana, "put-favourite", json!({}), job),
        row("2026-02-06 00:00:00", ana, bo, "update-album", json!({}), job),
    ];
    super::warehouse::done(&warehouse, &rows, &[]).await?;
    // Counted twice, it is the same.
    for _ in 0..2 {
        super::warehouse::done(&warehouse, &tallies::tally_jobs(&[job]), &[]).await?;
    }
    let all = UserRange { after: None, last: None };
    let statement =
        super::warehouse::done(&warehouse, &[tallies::tallies_between(all, &[job])], &[]).await?;
    let (rows, next) = warehouse.rows(&statement, None).await?;
    assert_eq!(next, None);
    let mut tallies = rows
        .iter()
        .map(|row| tallies::tally(row))
        .collect::<Result<Vec<_>>>()?;
    tallies.sort_by_key(|(owner, tally)| (*owner != ana, tally.month, tally.action.action()));
    let tally = |month: &str, action, camera: Option<&str>, count, bytes| Tally {
        month: month.parse().expect("a month"),
        action,
        camera: camera.map(str::to_owned),
        count,
        bytes,
    };
    let camera = Some("Canon EOS R5");
    let expected = [
        (ana, tally("2026-01", CountedAction::Added, camera, 1, 100)),
        (ana, tally("2026-02", CountedAction::Commented, None, 1, 0)),
        (ana, tally("2026-02", CountedAction::Added, camera, 2, 23)),
        (ana, tally("2026-02", CountedAction::Removed, None, 1, 20)),
        (bo, tally("2026-02", CountedAction::Favoured, None, 1, 0)),
    ];
    assert_eq!(tallies, expected);
    Ok(())
}

#[tokio::test]
async fn newer_statistics_are_never_replaced_by_older_ones() -> Result<()> {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let before = ana.get("/v1/me/statistics").await.expect(200);
    assert_eq!((&before["as_of"], &before["months"]), (&Value::Null, &json!([])));
    let variables = system.environment.clone().into_iter().collect();
    let items = StatisticsItems::connect(&Env::with(sdk(&system, &system.dynamodb), variables))?;
    let owner = ana.id().await.parse().expect("a user's id");
    let of = |as_of: Moment, bytes| {
        let month = "2026-07".parse().expect("a month");
        Statistics::of(
            as_of,
            &[Tally { month, action: CountedAction::Added, camera: None, count: 1, bytes }],
            &[],
        )
    };
    let now = Moment::now();
    for (as_of, bytes) in [(now, 1), (now.plus(60), 2), (now.plus(30), 3), (now.plus(60), 4)] {
        items.put(owner, &of(as_of, bytes)).await?;
    }
    let read = ana.get("/v1/me/statistics").await.expect(200);
    assert_eq!(read["as_of"], now.plus(60).to_string());
    assert_eq!(read["months"][0]["bytes_added"], 2);
    assert_eq!(read["years"][0]["busiest_month"], "2026-07");
    Ok(())
}

/// A photo of this owner's that became ready: its row in a table of MySQL's.
async fn photo_in(db: &mut MySqlConnection, table: &str, owner: UserId, bytes: u64) {
    let insert = format!(
        "INSERT INTO {table} \
         (id, at, owner_id, actor_id, action, subject_kind, subject_id, context) \
         VALUES (?, '2026-02-10 00:00:00', ?, NULL, 'make-renditions', 'photo', ?, ?)"
    );
    let context = json!({"bytes": bytes, "camera": "Leica Q3"}).to_string();
    let insert = sqlx::query(AssertSqlSafe(insert))
        .bind(Uuid::now_v7())
        .bind(owner.uuid())
        .bind(Uuid::now_v7());
    insert.bind(context).execute(db).await.expect("a row");
}

/// A job of the archive in this state, and its table unless it was dropped. No worker has it: its
/// month is none that anybody archives.
pub async fn job(db: &mut MySqlConnection, state: &str) -> Uuid {
    job_to(db, "redshift", state).await
}

/// The same with its target.
pub async fn job_to(db: &mut MySqlConnection, target: &str, state: &str) -> Uuid {
    let id = Uuid::now_v7();
    let generation = Uuid::new_v4().as_fields().0;
    let insert = "INSERT INTO archive_jobs \
                  (id, month, generation, target, state, planned_at, updated_at) \
                  VALUES (?, '1999-01', ?, ?, ?, '2026-01-01', '2026-01-01')";
    let insert = sqlx::query(insert)
        .bind(id)
        .bind(generation)
        .bind(target)
        .bind(state)
        .execute(&mut *db)
        .await;
    insert.expect("a job");
    if state != "dropped" {
        let table = format!("CREATE TABLE activity_{} LIKE activity", id.simple());
        sqlx::query(AssertSqlSafe(table))
            .execute(&mut *db)
            .await
            .expect("a table");
    }
    id
}

/// Each row is on the side that readers see, on both, or on the other: it counts once.
#[tokio::test]
async fn rows_on_either_side_of_the_boundary_count_once() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let owner: UserId = ana.id().await.parse().expect("a user's id");
    let mut db = database(&system, "ACTIVITY_SHARDS", owner.shard()).await;
    let warehouse = warehouse(&system);
    photo_in(&mut db, "activity", owner, 1).await;
    // Where its rows are: in its table, in the warehouse.
    let sides = [
        ("failed", true, false, 10),
        ("failed", true, true, 100),
        ("verified", true, true, 1000),
        ("dropped", false, true, 10_000),
    ];
    for (state, here, there, bytes) in sides {
        let id = job(&mut db, state).await;
        if here {
            photo_in(&mut db, &format!("activity_{}", id.simple()), owner, bytes).await;
        }
        if there {
            let context = json!({"bytes": bytes, "camera": "Leica Q3"});
            let at = "2026-02-10 00:00:00";
            let action = "make-renditions";
            let row = Row { at, owner, actor: owner, action, context, job: id };
            super::warehouse::done(&warehouse, &[row.insert()], &[])
                .await
                .expect("a row");
        }
    }
    system.invoke("RollUpStatistics", &json!({})).await;
    let read = until("statistics are computed", Duration::from_mins(2), async || {
        let read = ana.get("/v1/me/statistics").await.expect(200);
        (!read["as_of"].is_null()).then_some(read)
    });
    let read = read.await;
    let month = json!({
        "month": "2026-02", "photos_added": 5, "bytes_added": 11_111, "photos_removed": 0,
        "bytes_removed": 0,
    });
    assert_eq!(read["months"], json!([month]));
    assert_eq!(read["cameras"], json!([{"camera": "Leica Q3", "photos": 5}]));
    assert_eq!(read["years"][0]["busiest_month"], "2026-02");
}
