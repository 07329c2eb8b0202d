//! Disks that are full, one engine's at a time: what needs it is told to come again, what was
//! acknowledged stays, and once there is room all goes on by itself.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use tests::{
    OwnSystem, Person,
    person::text,
    photograph::jpeg,
    system::{Disk, can_be_mounted, until},
};

use crate::engines::{comments, is_unavailable};

const SOON: Duration = Duration::from_mins(1);
/// The most writes for which an engine finds room on a full disk: in what it had reserved.
const MOST: usize = 2_000;

/// Somebody with an album and a photo in it, at a system of small disks; `None` where there can be
/// none.
async fn world() -> Option<(OwnSystem, Person, String, String)> {
    if !can_be_mounted() {
        eprintln!("NOT tried: no user namespace may mount a file system here");
        return None;
    }
    let parameters =
        ["UploadsVisibilitySeconds=2", "LoginsPerMinute=100000", "WritesPerMinute=1000000"];
    let own = OwnSystem::start_on_small_disks(&parameters).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(320, 240, 1)).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    Some((own, ana, album, photo))
}

/// Writes until it is told to come again; the ids of what was acknowledged.
async fn write_until_refused(ana: &Person, photo: &str) -> BTreeSet<String> {
    // Four bytes a letter, so that there is soon no room.
    let words = "\u{1f5bc}".repeat(1_000);
    let mut acknowledged = BTreeSet::new();
    for _ in 0..MOST {
        let path = format!("/v1/photos/{photo}/comments");
        let answer = ana.post(&path, json!({"text": words})).await;
        if answer.status != 201 {
            assert!(is_unavailable(&answer), "{}: {}", answer.status, answer.body);
            return acknowledged;
        }
        acknowledged.insert(text(&answer.body["id"]));
    }
    panic!("{MOST} writes found room on a full disk");
}

/// Waits until writes go on, and holds what is there against what was acknowledged.
async fn goes_on(ana: &Person, photo: &str, mut acknowledged: BTreeSet<String>) {
    let id = until("writes go on", SOON, async || {
        let path = format!("/v1/photos/{photo}/comments");
        let answer = ana.post(&path, json!({"text": "There is room."})).await;
        (answer.status == 201).then(|| text(&answer.body["id"]))
    })
    .await;
    acknowledged.insert(id);
    let there = comments(ana, photo).await;
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{} of {} are lost: {lost:?}", lost.len(), acknowledged.len());
}

async fn reads_go_on(ana: &Person, album: &str, photo: &str) {
    let seen = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    let items = seen["photos"]["items"].as_array().expect("items");
    assert!(items.iter().any(|item| item["id"] == photo), "{seen}");
    let shown = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    let url = text(&shown["renditions"][0]["url"]);
    let (status, _) = ana
        .fetch(&format!("{url}?{}", text(&shown["media"]["query"])))
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_hot_table_s_disk_is_full() {
    let Some((own, ana, album, photo)) = world().await else { return };
    let disk = own.disk(Disk::HotTable);
    disk.fill();
    let acknowledged = write_until_refused(&ana, &photo).await;
    reads_go_on(&ana, &album, &photo).await;
    disk.empty();
    goes_on(&ana, &photo, acknowledged).await;
}

#[tokio::test]
async fn the_buckets_disk_is_full_and_then_the_queues() {
    let Some((own, ana, album, photo)) = world().await else { return };
    let buckets = own.disk(Disk::Buckets);
    buckets.fill();
    let bytes = jpeg(640, 480, 2);
    let announced = ana.announce(&album, &bytes).await.expect(201);
    let status = ana.send(&announced["upload"], &bytes).await;
    assert!(status >= 500, "{status}");
    reads_go_on(&ana, &album, &photo).await;
    buckets.empty();
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    let second = text(&announced["photo"]["id"]);
    assert_eq!(ana.settled(&second).await["status"], "ready");

    let queues = own.disk(Disk::Queues);
    queues.fill();
    let mut photos = Vec::new();
    for seed in 10..16 {
        photos.push(ana.upload(&album, &jpeg(320, 240, seed)).await);
    }
    reads_go_on(&ana, &album, &second).await;
    queues.empty();
    for photo in &photos {
        assert_eq!(ana.settled(photo).await["status"], "ready", "its message was lost");
    }
}

#[tokio::test]
async fn the_database_s_disk_is_full() {
    let Some((own, ana, album, photo)) = world().await else { return };
    let disk = own.disk(Disk::Database);
    disk.fill();
    let acknowledged = write_until_refused(&ana, &photo).await;
    reads_go_on(&ana, &album, &photo).await;
    disk.empty();
    goes_on(&ana, &photo, acknowledged).await;
}
