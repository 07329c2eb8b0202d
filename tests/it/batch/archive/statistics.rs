//! Statistics of months that leave the database.

use std::time::Duration;

use archive::ArchiveLimits;
use serde_json::json;
use shared::{
    domain::{
        Activity, Moment, UserId, UserRange,
        statistics::{MonthCount, Statistics},
    },
    stores::activities::{ArchiveJobState, ArchiveTarget},
};

use super::{
    ago,
    fixture::{SMALL, World},
    rows::{insert, row},
};

const EVERYBODY: UserRange = UserRange { after: None, last: None };

/// A photo that became ready, with a camera or without; one in seven has no bytes, because it
/// failed.
fn photo(owner: UserId, at: Moment, number: u32) -> Activity {
    let camera = ["Leica Q3", "", "X-T5"][number as usize % 3];
    let mut context = json!({"request": "r"});
    if !number.is_multiple_of(7) {
        context["bytes"] = json!(1000 + number);
    }
    if !camera.is_empty() {
        context["camera"] = json!(camera);
    }
    let action = "make-renditions".to_owned();
    let context = context.to_string();
    Activity { action, context, actor: None, ..row(owner, at, number) }
}

/// Before, between any two invocations, and after: the same numbers, though nothing can query the
/// files.
#[tokio::test]
async fn what_goes_to_files_alone_still_counts_once() {
    let mut world = World::new().await;
    let [owner, _] = world.owners;
    let month = ago(5);
    let at =
        |number: u32| Moment::from_micros(month.begins().micros() + i64::from(number) * 1_000_000);
    let photos: Vec<_> = (0..40)
        .map(|number| photo(owner, at(number), number))
        .collect();
    insert(&world.system, &photos).await;
    world
        .rows
        .extend(photos.into_iter().map(|row| (row.id, row)));
    world.write(month, 10).await;
    let world = &world;
    let statistics = async || {
        let loaded = world.activities.loaded().await.expect("jobs");
        let tallies = world
            .activities
            .tallies(EVERYBODY, &loaded)
            .await
            .expect("tallies")
            .expect("no job moved");
        let tallies: Vec<_> = tallies
            .into_iter()
            .filter(|(of, _)| *of == owner)
            .map(|(_, tally)| tally)
            .collect();
        Statistics::of(Moment::FIRST, &tallies, &[])
    };
    let before = statistics().await;
    let photos_added = 34;
    let bytes_added = (0..40).filter(|n| n % 7 != 0).map(|n| 1000 + n).sum();
    let expected =
        MonthCount { month: month.to_string(), photos_added, bytes_added, ..MonthCount::default() };
    assert_eq!(before.months, [expected]);
    assert_eq!(before.cameras.len(), 2);
    let worker = world.worker(ArchiveLimits { time: Duration::ZERO, ..SMALL });
    for job in world.plan(month, ArchiveTarget::S3).await {
        while worker.advance(job.id).await.expect("a step").is_some() {
            assert_eq!(statistics().await, before, "{:?}", world.state(job.id).await);
        }
        assert_eq!(world.state(job.id).await, ArchiveJobState::Dropped);
        assert_eq!(statistics().await, before);
    }
}
