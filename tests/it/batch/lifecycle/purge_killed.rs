//! The purge, killed wherever it waits.

use lifecycle::PurgeTrash;
use serde_json::json;
use shared::{domain::Moment, runtime::ScheduledJob};
use tests::{
    Person, System,
    kill_points::{self, Deaths},
    photograph::jpeg,
};

use super::{
    album_of, album_trashed_days_ago, has_pending_cleanup, objects_of, photo_trashed_days_ago,
};

/// The number of deaths, spread over the whole of the work.
const DEATHS: usize = 40;

fn job(system: &System) -> PurgeTrash {
    PurgeTrash { purge: super::purge(&system.acting_as("PurgeTrash")) }
}

/// Asserts that it is whole, or that it is gone whole, or that the rest is noted.
async fn is_sound(ana: &Person, photo: &str, objects: usize) -> bool {
    let there = objects_of(&ana.system, photo).await;
    match ana.get(&format!("/v1/photos/{photo}")).await.status {
        200 => {
            assert_eq!(there, objects, "a photo in the trash has lost its bytes");
            true
        }
        404 => {
            assert!(
                there == 0 || has_pending_cleanup(&ana.system, photo).await,
                "objects that nobody knows of"
            );
            false
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_purge_that_is_killed_anywhere_loses_nothing_and_is_ended_by_the_next() {
    let (own, ana, album, mut photos) = album_of(4).await;
    let system = own.system();
    for photo in &photos {
        ana.post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Here"}))
            .await
            .expect(201);
    }
    let kept = photos.pop().expect("a photo");
    let objects = objects_of(&system, &kept).await;
    // One whole run, for its length; the trash is filled again for each death.
    ana.delete(&format!("/v1/photos/{}", photos[0]))
        .await
        .expect(204);
    photo_trashed_days_ago(&system, &photos[0], 31).await;
    let (length, done) = kill_points::never(job(&system).run()).await;
    done.expect("a run");
    assert!(!is_sound(&ana, &photos[0], objects).await);

    let mut deaths = 0;
    let mut survivors = 0;
    for death in 0..DEATHS {
        let photo = ana
            .upload(&album, &jpeg(40, 30, 100 + u8::try_from(death).expect("few")))
            .await;
        ana.settled(&photo).await;
        ana.post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Here"}))
            .await
            .expect(201);
        ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
        photo_trashed_days_ago(&system, &photo, 31).await;
        let died = kill_points::after(1 + death * length / DEATHS, job(&system).run())
            .await
            .is_none();
        deaths += usize::from(died);
        survivors += usize::from(is_sound(&ana, &photo, objects).await);
        if death % 8 == 7 {
            job(&system)
                .run_at(Moment::now())
                .await
                .expect("the next run");
            assert!(
                !is_sound(&ana, &photo, objects).await
                    && !has_pending_cleanup(&system, &photo).await
            );
            assert_eq!(objects_of(&system, &photo).await, 0);
        }
    }
    assert!(
        deaths > DEATHS / 2 && survivors > 0,
        "{deaths} deaths, {survivors} photos survived one"
    );
    job(&system).run().await.expect("the last run");
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 3, "counted once each");
    assert_eq!(ana.get("/v1/trash").await.expect(200)["items"], json!([]));
    assert!(is_sound(&ana, &kept, objects).await);
}

#[tokio::test]
async fn an_album_s_purge_that_is_killed_anywhere_is_ended_by_the_next() {
    let (own, ana, _, photos) = album_of(1).await;
    let system = own.system();
    let photo = &photos[0];
    let bert = Person::new(&system).await;
    let bert_id = bert.id().await;
    let mut deaths = Deaths::at(DEATHS / 2);
    for _ in 0..=DEATHS / 2 {
        let album = ana.album("Summer").await;
        let put = |path: String, body| {
            let ana = ana.clone();
            async move {
                assert!(
                    ana.ask(reqwest::Method::PUT, &path, &[], body).await.status < 300,
                    "{path}"
                );
            }
        };
        put(format!("/v1/albums/{album}/photos/{photo}"), None).await;
        ana.admit(&album, &bert, "viewer").await;
        ana.post(&format!("/v1/albums/{album}/shares"), json!({}))
            .await
            .expect(201);
        ana.delete(&format!("/v1/albums/{album}")).await.expect(204);
        album_trashed_days_ago(&system, &album, 31).await;
        deaths.run(job(&system).run()).await;
    }
    deaths.assert_happened();
    job(&system).run().await.expect("the last run");
    assert_eq!(ana.get("/v1/trash").await.expect(200)["items"], json!([]));
    assert_eq!(
        ana.get("/v1/albums").await.expect(200)["items"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(bert.get("/v1/albums/shared-with-me").await.expect(200)["items"], json!([]));
    assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["status"], "ready");
    let needle = tests::store_search::Needle::text(&bert_id);
    let of_bert = tests::store_search::find(&system, &needle).await;
    assert!(of_bert.iter().all(|place| !place.contains("ALBUM#")), "{of_bert:?}");
    let bert = bert_id.parse::<shared::domain::UserId>().expect("an id");
    let left =
        tests::store_search::find(&system, &tests::store_search::Needle::id(&bert_id, bert.uuid()))
            .await;
    assert!(left.iter().all(|place| !place.starts_with("member")), "{left:?}");
}
