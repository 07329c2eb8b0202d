//! Months on their way out of the database, with workers that die, meet, and are lied to.

mod columns;
mod deployed;
mod fixture;
mod reading;
mod rows;
mod statistics;
mod storage;
mod warehouse;

use std::{sync::atomic::Ordering, time::Duration};

use archive::ArchiveLimits;
use fixture::{SMALL, World, after};
use futures::future::join_all;
use shared::{
    domain::{Moment, Month},
    stores::activities::{ArchiveJobState, ArchiveTarget},
};

/// The month so many months ago.
fn ago(months: u32) -> Month {
    (0..months).fold(Month::of(Moment::now()), |month, _| month.previous())
}

/// Each round archives what came late for the same month; its workers die after one write more than
/// those of the round before, and more rows come late while they are dead.
async fn die_between_any_two_writes(target: ArchiveTarget, least: usize) {
    let mut world = World::new().await;
    let month = ago(6);
    let mut archived = 0;
    for writes in 0.. {
        world.write(month, 15).await;
        let jobs = world.plan(month, target).await;
        assert_eq!(jobs.len(), 2, "a job in each cluster");
        let mut died = 0;
        for job in &jobs {
            assert_eq!(
                job.generation,
                u32::try_from(writes + 1).expect("small"),
                "late rows are the next job's"
            );
            let (fault, asked) = after(writes);
            let mut worker = world.worker(SMALL);
            worker.fault = Some(fault);
            // A message after the other, until one of them kills its worker.
            let death = async {
                loop {
                    match worker.advance(job.id).await {
                        Ok(Some(_)) => {}
                        Ok(None) => return 0,
                        Err(_) => return 1,
                    }
                }
            };
            died += death.await;
            assert!(asked.load(Ordering::SeqCst) <= writes + 1);
            let state = world.state(job.id).await.word();
            world
                .check(&format!("{writes} writes, then dead; {state}"))
                .await;
        }
        world.write(month, 1).await;
        for job in jobs {
            world
                .check(&format!("{writes} writes, then dead, and a row that came late"))
                .await;
            let done = world.finish(&world.worker(SMALL), job.id).await;
            assert_eq!((done.state, done.reason), (ArchiveJobState::Dropped, None));
            archived += usize::try_from(done.sums.rows).expect("few");
        }
        world
            .check(&format!("{writes} writes, and then to the end"))
            .await;
        if died == 0 {
            assert!(writes >= least, "a job has more writes than {writes}");
            break;
        }
    }
    for job in world.plan(month, target).await {
        archived += usize::try_from(world.finish(&world.worker(SMALL), job.id).await.sums.rows)
            .expect("few");
    }
    world.check("after all").await;
    assert_eq!(archived, world.rows.len(), "each row was archived by one job");
}

#[tokio::test]
async fn a_worker_that_dies_between_any_two_writes_to_files_loses_and_doubles_nothing() {
    die_between_any_two_writes(ArchiveTarget::S3, 20).await;
}

#[tokio::test]
async fn a_worker_that_dies_between_any_two_writes_to_the_warehouse_loses_and_doubles_nothing() {
    die_between_any_two_writes(ArchiveTarget::Redshift, 20).await;
}

#[tokio::test]
async fn a_job_goes_on_where_the_last_invocation_stopped() {
    let mut world = World::new().await;
    world.write(ago(5), 60).await;
    let hasty = ArchiveLimits { time: Duration::ZERO, ..SMALL };
    for job in world.plan(ago(5), ArchiveTarget::S3).await {
        let worker = world.worker(hasty);
        let mut invocations = 0;
        let mut files = 0;
        while worker.advance(job.id).await.expect("a step").is_some() {
            invocations += 1;
            let now = world.keys(&job).await.len();
            assert!(now <= files + 3, "more than a file in one invocation");
            files = now;
            world
                .check(&format!("after {invocations} invocations"))
                .await;
        }
        assert!(invocations > 12, "{invocations} invocations");
        assert_eq!(world.state(job.id).await, ArchiveJobState::Dropped);
    }
}

/// Plans at the same time, workers at the same time, and messages that come again and in any order:
/// a job is planned once, and one works on it; the others come back later.
#[tokio::test]
async fn workers_that_meet_do_the_job_once() {
    let mut world = World::new().await;
    world.write(ago(6), 60).await;
    world.write(ago(5), 30).await;
    let world = &world;
    let plans = (0..3).map(async |_| {
        world
            .worker(SMALL)
            .activities
            .plan(ago(5), ArchiveTarget::S3)
            .await
            .expect("a plan")
    });
    assert_eq!(join_all(plans).await.into_iter().sum::<usize>(), 4, "planned");
    let jobs = world.activities.jobs().await.expect("jobs");
    assert_eq!(jobs.len(), 4);
    let hasty = ArchiveLimits { time: Duration::from_millis(5), ..SMALL };
    let workers = (0..3).map(|number| {
        let mut jobs: Vec<_> = jobs.iter().map(|job| job.id).collect();
        jobs.rotate_left(number);
        async move {
            let worker = world.worker(hasty);
            loop {
                let mut left = 0;
                for job in &jobs {
                    left += usize::from(worker.advance(*job).await.expect("a step").is_some());
                }
                if left == 0 {
                    return;
                }
            }
        }
    });
    join_all(workers).await;
    for job in world.activities.jobs().await.expect("jobs") {
        assert_eq!(job.state, ArchiveJobState::Dropped);
        assert!(
            world
                .worker(SMALL)
                .advance(job.id)
                .await
                .expect("nothing to do")
                .is_none()
        );
    }
    world.check("after all").await;
}
