//! Owners read their record while its months leave the database.

use std::time::Duration;

use activity::{PageRequest, PageResult, Pages};
use archive::ArchiveLimits;
use shared::{
    domain::{Activity, ActivityKey, Moment, UserId},
    stores::activities::{ArchiveJob, ArchiveJobState, ArchiveTarget},
};

use super::{
    ago,
    fixture::{SMALL, World},
};

/// Returns the function's pages, with the warehouse or without.
fn pages(world: &World, has_warehouse: bool) -> Pages {
    let worker = world.worker(SMALL);
    let warehouse = worker
        .warehouse
        .filter(|_| has_warehouse)
        .map(|(warehouse, _)| warehouse);
    Pages { activities: worker.activities, warehouse }
}

/// Every row that this owner is shown, in order, and from when on these are all.
async fn read(pages: &Pages, owner: UserId) -> (Vec<Activity>, Option<Moment>) {
    let limit = "8".parse().expect("a limit");
    let mut wanted =
        PageRequest { owner, from: Moment::FIRST, after: ActivityKey::until(Moment::LAST), limit };
    let mut rows = Vec::new();
    let mut asked = None;
    loop {
        match pages.read(&wanted, asked.as_ref()).await.expect("a page") {
            PageResult::Asked(what) => {
                asked = Some(what);
                tokio::task::yield_now().await;
            }
            PageResult::Page { page, complete_from } => {
                rows.extend(page.items);
                asked = None;
                let Some(next) = page.next else { return (rows, complete_from) };
                wanted.after = next;
            }
        }
    }
}

/// Every row that was written for this owner since then, newest first.
fn written(world: &World, owner: UserId, since: Moment) -> Vec<Activity> {
    let rows = world
        .rows
        .values()
        .filter(|row| row.owner == owner && row.at >= since);
    let mut rows: Vec<_> = rows.cloned().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(ActivityKey::of(row)));
    rows
}

/// An old month and a recent one, for an owner in each cluster; each cluster's job.
async fn two_months(target: ArchiveTarget) -> (World, Vec<(UserId, ArchiveJob)>) {
    let mut world = World::new().await;
    world.write(ago(5), 20).await;
    world.write(ago(1), 5).await;
    let jobs = world.plan(ago(4), target).await;
    let jobs: Vec<_> = world.owners.into_iter().zip(jobs).collect();
    assert!(jobs.len() == 2 && jobs.iter().all(|(_, job)| job.month == ago(5)));
    (world, jobs)
}

/// Between any two steps of the one job, and while the other one is at work.
#[tokio::test]
async fn every_row_is_read_once_while_its_month_goes_to_the_warehouse() {
    let (world, jobs) = two_months(ArchiveTarget::Redshift).await;
    let pages = pages(&world, true);
    let hasty = ArchiveLimits { time: Duration::ZERO, ..SMALL };
    let [(stepwise, first), (meanwhile, second)] = jobs.try_into().expect("two jobs");
    let expected = written(&world, stepwise, Moment::FIRST);
    let worker = world.worker(hasty);
    while worker.advance(first.id).await.expect("a step").is_some() {
        assert_eq!(
            read(&pages, stepwise).await,
            (expected.clone(), None),
            "{:?}",
            world.state(first.id).await
        );
    }
    assert_eq!(read(&pages, stepwise).await, (expected, None));
    let expected = written(&world, meanwhile, Moment::FIRST);
    let reading = async {
        let mut reads = 0;
        while !world.state(second.id).await.ended() {
            assert_eq!(read(&pages, meanwhile).await, (expected.clone(), None), "read {reads}");
            reads += 1;
        }
        assert_eq!(read(&pages, meanwhile).await, (expected.clone(), None));
        reads
    };
    let (done, reads) = tokio::join!(world.finish(&worker, second.id), reading);
    assert!(done.state == ArchiveJobState::Dropped && reads > 0, "{reads} reads");
}

#[tokio::test]
async fn what_cannot_be_read_any_more_is_told() {
    let (world, jobs) = two_months(ArchiveTarget::S3).await;
    let whole = Some(ago(4).begins());
    for (owner, job) in jobs {
        let pages = pages(&world, true);
        assert_eq!(read(&pages, owner).await, (written(&world, owner, Moment::FIRST), None));
        world.finish(&world.worker(SMALL), job.id).await;
        assert_eq!(read(&pages, owner).await, (written(&world, owner, ago(4).begins()), whole));
    }
    // A stack that had a warehouse, and has none any more.
    let (world, jobs) = two_months(ArchiveTarget::Redshift).await;
    for (owner, job) in jobs {
        world.finish(&world.worker(SMALL), job.id).await;
        let pages = pages(&world, false);
        assert_eq!(read(&pages, owner).await, (written(&world, owner, ago(4).begins()), whole));
    }
}
