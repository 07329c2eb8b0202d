//! A warehouse that fails, is slow, or says something else: one that speaks Redshift's Data API and
//! answers what the test wants; and the system's own, in which somebody has changed a row.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{Json, Router, extract::State, http::HeaderMap};
use serde_json::{Value, json};
use shared::{
    domain::ActivitySums,
    stores::{
        Statement, StatementProgress,
        activities::{ArchiveJobState, ArchiveTarget},
    },
};
use tests::system::{until, warehouse};
use tokio::net::TcpListener;

use super::{
    ago,
    fixture::{SMALL, World, after},
};

#[derive(Default)]
struct Seen {
    /// The statement of each token.
    ids: HashMap<String, String>,
    /// Every token that came, and the SQL with it.
    submitted: Vec<(String, String)>,
    /// The number of times that it answers that a statement still runs.
    running: u32,
    /// The number of loads that fail.
    failing: usize,
    /// The sums that it says the rows have.
    sums: ActivitySums,
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Seen>>);

impl Fake {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let app = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        endpoint
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().expect("what was seen")
    }
}

async fn answer(State(fake): State<Fake>, headers: HeaderMap, body: String) -> Json<Value> {
    let body: Value = serde_json::from_str(&body).expect("JSON");
    let operation = headers["x-amz-target"]
        .to_str()
        .expect("text")
        .trim_start_matches("RedshiftData.")
        .to_owned();
    let mut seen = fake.seen();
    Json(match operation.as_str() {
        "BatchExecuteStatement" | "ExecuteStatement" => submit(&mut seen, &body),
        "DescribeStatement" => describe(&mut seen, body["Id"].as_str().expect("an id")),
        "GetStatementResult" => {
            let moment = |at: Option<shared::domain::Moment>| json!({"stringValue": at.expect("a moment").sql()});
            let ActivitySums { rows, checksum, first, last } = seen.sums;
            let sum = json!({"stringValue": checksum.to_string()});
            json!({
                "Records": [[{"longValue": rows}, moment(first), moment(last), sum]],
                "TotalNumRows": 1,
            })
        }
        other => panic!("{other} is not asked for"),
    })
}

fn submit(seen: &mut Seen, body: &Value) -> Value {
    let token = body["ClientToken"].as_str().expect("a token").to_owned();
    seen.submitted
        .push((token.clone(), format!("{} {}", body["Sql"], body["Sqls"])));
    let next = format!("{}#{}", token, seen.ids.len());
    json!({"Id": seen.ids.entry(token).or_insert(next)})
}

fn describe(seen: &mut Seen, id: &str) -> Value {
    if seen.running > 0 {
        seen.running -= 1;
        return json!({"Id": id, "Status": "STARTED"});
    }
    let attempt = id
        .split('#')
        .next()
        .and_then(|token| token.rsplit('-').next()?.parse().ok())
        .unwrap_or(0);
    if id.contains("-load-") && attempt <= seen.failing {
        return json!({"Id": id, "Status": "FAILED", "Error": "out of slots"});
    }
    json!({"Id": id, "Status": "FINISHED", "HasResultSet": id.contains("-check-")})
}

/// A world with one job, a warehouse, and what its rows come to.
async fn job() -> (World, Fake, String, shared::domain::ArchiveId) {
    let mut world = World::new().await;
    world.warehouse = false;
    world.write(ago(5), 30).await;
    let job = world.plan(ago(5), ArchiveTarget::Redshift).await[0].id;
    let fake = Fake::default();
    let mut sums = ActivitySums::default();
    world
        .rows
        .values()
        .filter(|row| row.owner == world.owners[0])
        .for_each(|row| sums.count(row));
    fake.seen().sums = sums;
    let endpoint = fake.start().await;
    (world, fake, endpoint, job)
}

#[tokio::test]
async fn a_warehouse_that_is_still_running_is_asked_again_and_nobody_waits() {
    let (world, fake, endpoint, job) = job().await;
    // An hour of it, asked every 20 seconds.
    fake.seen().running = 180;
    let worker = world.worker_of_warehouse(&endpoint);
    let mut polls = 0;
    while worker.advance(job).await.expect("a step").is_some() {
        polls += 1;
        if polls % 60 == 0 {
            assert_eq!(world.state(job).await, ArchiveJobState::Loading);
            world.check("while it runs").await;
        }
    }
    assert!(polls > 180, "{polls}");
    assert_eq!(world.state(job).await, ArchiveJobState::Dropped);
    let submitted = fake.seen().submitted.len();
    assert_eq!(submitted, 2, "one load, one check");
    world.check("after it").await;
}

#[tokio::test]
async fn a_load_that_fails_is_done_again() {
    let (world, fake, endpoint, job) = job().await;
    fake.seen().failing = 2;
    let done = world
        .finish(&world.worker_of_warehouse(&endpoint), job)
        .await;
    assert_eq!((done.state, done.attempt, done.reason), (ArchiveJobState::Dropped, 3, None));
    world.check("after it").await;
    let loads: Vec<_> = fake
        .seen()
        .submitted
        .iter()
        .filter(|(token, _)| token.contains("load"))
        .cloned()
        .collect();
    assert_eq!(loads.len(), 3);
    for wanted in [
        "CREATE TEMP TABLE staging",
        "MANIFEST",
        "DELETE FROM activity USING staging",
        "INSERT INTO activity",
    ] {
        assert!(loads[0].1.contains(wanted), "{}", loads[0].1);
    }
}

#[tokio::test]
async fn a_warehouse_that_refuses_every_load_gets_none_and_the_rows_stay() {
    let (world, fake, endpoint, job) = job().await;
    fake.seen().failing = 100;
    let failed = world
        .finish(&world.worker_of_warehouse(&endpoint), job)
        .await;
    assert_eq!((failed.state, failed.attempt), (ArchiveJobState::Failed, 5));
    assert!(failed.reason.expect("a reason").contains("out of slots"));
    world.check("after it").await;
}

#[tokio::test]
async fn a_warehouse_that_has_other_rows_stops_the_job_and_the_rows_stay() {
    for change in [
        |sums: &mut ActivitySums| sums.rows += 1,
        |sums: &mut ActivitySums| sums.checksum += 1,
        |sums: &mut ActivitySums| {
            sums.last = sums.first;
        },
    ] {
        let (world, fake, endpoint, job) = job().await;
        change(&mut fake.seen().sums);
        let failed = world
            .finish(&world.worker_of_warehouse(&endpoint), job)
            .await;
        assert_eq!(failed.state, ArchiveJobState::Failed);
        world.check("after it").await;
        let again = world
            .worker_of_warehouse(&endpoint)
            .advance(job)
            .await
            .expect("nothing to do");
        assert!(again.is_none(), "a job that failed stays failed");
    }
}

#[tokio::test]
async fn a_load_that_was_submitted_and_not_noted_is_the_same_load() {
    let (world, fake, endpoint, job) = job().await;
    for writes in 0.. {
        let (fault, _) = after(writes);
        let mut worker = world.worker_of_warehouse(&endpoint);
        worker.fault = Some(fault);
        // Not a step: the worker dies after so many writes, and the next one may do one more.
        let _ = worker.advance(job).await;
        world.check(&format!("{writes} writes, then dead")).await;
        if world.state(job).await.ended() {
            break;
        }
    }
    let seen = fake.seen();
    assert!(seen.submitted.len() >= 2 && seen.ids.len() == 2, "{:?}", seen.submitted);
}

#[tokio::test]
async fn a_warehouse_that_does_not_answer_changes_nothing() {
    let (world, _, endpoint, job) = job().await;
    let nowhere = world.worker_of_warehouse("http://127.0.0.1:1");
    assert!(nowhere.advance(job).await.is_err());
    assert_eq!(world.state(job).await, ArchiveJobState::Exported);
    world.check("without a warehouse").await;
    assert_eq!(
        world
            .finish(&world.worker_of_warehouse(&endpoint), job)
            .await
            .state,
        ArchiveJobState::Dropped
    );
    world.check("with one").await;
}

/// In the system's own warehouse, between the load and the check.
#[tokio::test]
async fn a_row_that_is_not_what_was_loaded_stops_its_job() {
    let mut world = World::new().await;
    world.write(ago(5), 30).await;
    let changes = [
        "DELETE FROM activity WHERE job = :job AND context LIKE '%\"n\":7,%'",
        "UPDATE activity SET context = context || ' ' WHERE job = :job AND context LIKE \
         '%\"n\":7,%'",
    ];
    for (job, change) in world
        .plan(ago(5), ArchiveTarget::Redshift)
        .await
        .into_iter()
        .zip(changes)
    {
        let worker = world.worker(SMALL);
        while world.state(job.id).await != ArchiveJobState::Loading {
            worker.advance(job.id).await.expect("a step");
        }
        let warehouse = warehouse(&world.system);
        let load = world
            .activities
            .job(job.id)
            .await
            .expect("a job")
            .load
            .expect("a load");
        let loaded = async || {
            let progress = warehouse
                .progress(&Statement::of_id(load.clone()))
                .await
                .expect("progress");
            matches!(progress, StatementProgress::Finished { .. }).then_some(())
        };
        until("it is loaded", Duration::from_secs(20), loaded).await;
        let made =
            crate::warehouse::done(&warehouse, &[change.to_owned()], &[("job", job.name())]).await;
        made.expect("a change");
        let failed = world.finish(&worker, job.id).await;
        assert_eq!(failed.state, ArchiveJobState::Failed, "{failed:?}");
        assert!(
            failed
                .reason
                .expect("a reason")
                .starts_with("the warehouse has ")
        );
        world.check("after it failed").await;
    }
}
