//! Photos that are ready, rendered anew.

use std::time::Duration;

use lifecycle::RerenderPhotos;
use serde_json::{Value, json};
use shared::{
    domain::{PhotoId, Shard, view::Status},
    runtime::OnDemandJob,
    stores::{Library, Originals, UploadQueue},
};
use tests::{
    Person, System,
    kill_points::Deaths,
    library,
    person::text,
    system::{env, objects, projector, queues, until},
};

use super::{
    album_of,
    objects::{lose, tomorrow},
    objects_of,
};

/// Faster than any test has photos.
const RATE: u32 = 1000;

fn rerender_photos(system: &System) -> RerenderPhotos {
    let system = &system.acting_as("RerenderPhotos");
    let s3 = env(system, &system.s3);
    RerenderPhotos {
        library: Library::connect(&s3).expect("a library"),
        originals: Originals::connect(&s3).expect("originals"),
        queue: UploadQueue::connect(&env(system, &system.sqs)).expect("a queue"),
    }
}

async fn renditions(ana: &Person, photo: &str) -> Value {
    let answer = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(answer["status"], "ready", "it never stops being ready");
    answer["renditions"].clone()
}

/// Gives a photo one rendition alone, as an earlier release might have made it. Returns those that
/// it had.
async fn make_old(system: &System, ana: &Person, photo: &str) -> Value {
    let new = renditions(ana, photo).await;
    let first = text(&new[0]["url"]);
    let (folder, _) = first.rsplit_once('/').expect("a path");
    let mut old = new[0].clone();
    old["url"] = json!(format!("{folder}/old.webp"));
    objects(system)
        .put_object()
        .bucket(system.variable("RENDITIONS_BUCKET"))
        .key(format!("{folder}/old.webp").trim_start_matches('/'))
        .body(b"old".to_vec().into())
        .send()
        .await
        .expect("an object");
    let id: PhotoId = photo.parse().expect("an id");
    let set = sqlx::query("UPDATE photos SET renditions = ? WHERE id = ?")
        .bind(json!([old]).to_string())
        .bind(id.uuid())
        .execute(&mut library::database(system, id.shard()).await)
        .await;
    assert_eq!(set.expect("an update").rows_affected(), 1);
    new
}

/// Waits until the photos have these renditions.
async fn await_renditions(system: &System, photos: &[String], wanted: &[Value]) {
    let library = projector(system).library;
    for (photo, wanted) in photos.iter().zip(wanted) {
        let id: PhotoId = photo.parse().expect("an id");
        until("it is rendered anew", Duration::from_mins(1), async || {
            let (view, ..) = library
                .photo(id)
                .await
                .expect("an answer")
                .expect("a photo");
            assert_eq!(view.status, Status::Ready);
            (json!(view.renditions) == *wanted).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn photos_get_new_renditions_and_stay_ready() {
    let (own, ana, album, photos) = album_of(3).await;
    let system = own.system();
    let mut wanted = Vec::new();
    for photo in &photos {
        wanted.push(make_old(&system, &ana, photo).await);
    }
    system.invoke("RebuildProjection", &json!({})).await;
    let cover = async || {
        let album = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
        album["cover"].clone()
    };
    let old_cover = cover().await;
    assert_eq!(old_cover["renditions"].as_array().map(Vec::len), Some(1), "the old one");
    let bare = photos.last().expect("photos");
    lose(&system, "ORIGINALS_BUCKET", bare).await;

    let shard = photos[0]
        .parse::<PhotoId>()
        .expect("an id")
        .shard()
        .number();
    let elsewhere = if shard == 0 { Shard::COUNT - 1 } else { 0 };
    let others = json!({"from": elsewhere, "to": elsewhere, "per_second": RATE});
    let answer = system.invoke("RerenderPhotos", &others).await;
    assert_eq!(answer, json!({"sent": 0, "without_original": 0, "next": null}));
    let range = json!({"from": shard, "to": shard, "per_second": RATE});
    let answer = system.invoke("RerenderPhotos", &range).await;
    assert_eq!(answer, json!({"sent": 2, "without_original": 1, "next": null}));

    await_renditions(&system, &photos[..2], &wanted[..2]).await;
    let of_cover = photos
        .iter()
        .position(|photo| old_cover["photo"] == **photo);
    let of_cover = of_cover.expect("one of the photos");
    if of_cover < 2 {
        until("the cover follows", Duration::from_secs(30), async || {
            (cover().await["renditions"] == wanted[of_cover]).then_some(())
        })
        .await;
    }
    assert_eq!(renditions(&ana, bare).await.as_array().map(Vec::len), Some(1), "it keeps it");

    // Done once more, nothing changes.
    let before = ana
        .get(&format!("/v1/photos/{}", photos[0]))
        .await
        .expect(200);
    system.invoke("RerenderPhotos", &range).await;
    let queue = system.variable("UPLOADS_QUEUE_URL");
    until("the queue is empty", Duration::from_mins(1), async || {
        (messages(&system, queue).await == 0).then_some(())
    })
    .await;
    let after = ana
        .get(&format!("/v1/photos/{}", photos[0]))
        .await
        .expect(200);
    assert_eq!(after["version"], before["version"]);

    // What no row names goes: an old image of each, and the new ones of the bare one.
    let images = wanted[0].as_array().map_or(0, Vec::len);
    assert_eq!(objects_of(&system, &photos[0]).await, 1 + images + 1);
    assert!(tomorrow(&system).await.deleted >= 2);
    assert_eq!(objects_of(&system, &photos[0]).await, 1 + images);
    for rendition in wanted[0].as_array().expect("images") {
        let key = text(&rendition["url"]);
        let object = objects(&system)
            .head_object()
            .bucket(system.variable("RENDITIONS_BUCKET"))
            .key(key.trim_start_matches('/'))
            .send()
            .await;
        object.expect("an image that is shown");
    }
}

#[tokio::test]
async fn photos_are_rendered_anew_however_often_the_work_is_killed() {
    const DEATHS: usize = 6;
    let (own, ana, _, photos) = album_of(3).await;
    let system = own.system();
    let event = json!({"per_second": RATE});
    let mut deaths = Deaths::at(DEATHS);
    let job = rerender_photos(&system);
    let done = deaths.run(job.run(event.clone())).await;
    assert_eq!(done.expect("an end").expect("an answer")["sent"], 3);
    let mut killed = 0;
    let mut wanted = Vec::new();
    for photo in &photos {
        wanted.push(renditions(&ana, photo).await);
    }
    for _ in 0..DEATHS {
        for photo in &photos {
            make_old(&system, &ana, photo).await;
        }
        let job = rerender_photos(&system);
        deaths.run(job.run(event.clone())).await;
        killed += own.kill_function("make-renditions");
        let answer = job.run(event.clone()).await.expect("an answer");
        assert_eq!(answer, json!({"sent": 3, "without_original": 0, "next": null}));
        await_renditions(&system, &photos, &wanted).await;
        system.invoke("RebuildProjection", &json!({})).await;
    }
    deaths.assert_happened();
    assert!(killed > 0, "no worker was killed: the test has shown nothing");
}

/// Returns the messages of a queue, also those that a worker has.
async fn messages(system: &System, queue: &str) -> u64 {
    let answer = queues(system)
        .get_queue_attributes()
        .queue_url(queue)
        .attribute_names(aws_sdk_sqs::types::QueueAttributeName::All)
        .send()
        .await
        .expect("attributes");
    let mut count = 0;
    for (name, value) in answer.attributes.expect("attributes") {
        let counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        if counts.contains(&name.as_str()) {
            count += value.parse::<u64>().expect("a number");
        }
    }
    count
}

#[tokio::test]
async fn uploads_that_wait_go_first() {
    let (own, ..) = album_of(1).await;
    let mut system = own.system();
    let client = queues(&system);
    // Of a queue that nobody works off.
    let made = client.create_queue().queue_name("full").send().await;
    let url = made.expect("a queue").queue_url.expect("its URL");
    for number in 0..25 {
        let body = format!("upload {number}");
        let sent = client.send_message().queue_url(&url).message_body(body);
        sent.send().await.expect("a message");
    }
    system
        .environment
        .insert("UPLOADS_QUEUE_URL".to_owned(), url.clone());
    let mut job = rerender_photos(&system);
    // Not as the function: its role allows it no such queue.
    job.queue = UploadQueue::connect(&env(&system, &system.sqs)).expect("a queue");
    let event = json!({"per_second": RATE});
    let waiting = tokio::time::timeout(Duration::from_millis(500), job.run(event.clone()));
    assert!(waiting.await.is_err(), "it does not wait for those that were there first");
    assert_eq!(messages(&system, &url).await, 25);
    for _ in 0..25 {
        let got = client.receive_message().queue_url(&url).send().await;
        let message = got.expect("a message").messages.unwrap_or_default();
        let receipt = message[0].receipt_handle.clone().expect("a receipt");
        let delete = client.delete_message().queue_url(&url);
        let deleted = delete.receipt_handle(receipt).send().await;
        deleted.expect("a deletion");
    }
    assert_eq!(job.run(event).await.expect("an answer")["sent"], 1);
    assert_eq!(messages(&system, &url).await, 1);
}
