//! The deployed functions, by their schedule and their queue, in a system of their own.

use std::time::Duration;

use serde_json::json;
use shared::stores::activities::ArchiveJobState;
use tests::system::{OwnSystem, until};

use super::{
    ago,
    fixture::{SMALL, World},
};

/// Months within the window stay, older ones go, and what kills the worker again and again changes
/// nothing.
#[tokio::test]
async fn months_older_than_the_window_are_archived_however_often_the_worker_is_killed() {
    let own = OwnSystem::start(&["ArchiveTo=redshift", "ArchiveVisibilitySeconds=3"]).await;
    let mut world = World::of(own.system());
    for (months, rows) in [(0, 20), (1, 20), (3, 20), (4, 2000), (6, 4000)] {
        world.write(ago(months), rows).await;
    }
    let status = async || {
        let asked = json!({"only": "status"});
        world.system.invoke("PlanArchive", &asked).await["jobs"].clone()
    };
    assert_eq!(status().await, json!([]), "who asks for the status has nothing planned");
    for _ in 0..2 {
        world.system.invoke("PlanArchive", &json!({})).await;
    }
    let queue = world.worker(SMALL).archive_queue;
    for job in world.activities.jobs().await.expect("jobs") {
        queue.send(job.id, 0).await.expect("a message more");
    }
    let ended = async || {
        world
            .activities
            .jobs()
            .await
            .expect("jobs")
            .iter()
            .all(|job| job.state.ended())
    };
    let mut killed = 0;
    for round in 0..200 {
        // A message that kills its worker more often is a dead letter.
        if killed >= 4 || ended().await {
            break;
        }
        // Whatever it is doing at this instant: a different point each time.
        tokio::time::sleep(Duration::from_millis(30 + 17 * (round % 13))).await;
        killed += own.kill_function("archive-activity");
    }
    until("the jobs have ended", Duration::from_mins(2), async || ended().await.then_some(()))
        .await;
    assert!(killed > 0, "no worker was killed: the test has shown nothing");
    let jobs = world.activities.jobs().await.expect("jobs");
    let mut months: Vec<_> = jobs
        .iter()
        .map(|job| (job.month, job.state, job.generation))
        .collect();
    months.sort_by_key(|(month, ..)| *month);
    months.dedup();
    assert_eq!(
        months,
        [(ago(6), ArchiveJobState::Dropped, 1), (ago(4), ArchiveJobState::Dropped, 1)]
    );
    let told = status().await;
    let told = told.as_array().expect("jobs");
    assert_eq!(told.len(), jobs.len());
    assert!(
        told.iter()
            .all(|job| job["state"] == "dropped" && job["in_table"] == false),
        "{told:?}"
    );
    world.check("after all").await;
}
