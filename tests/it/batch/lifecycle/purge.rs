//! The end of what has been in the trash for 30 days.

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{PhotoId, UserId};
use tests::{
    Person, System,
    person::text,
    photograph::jpeg,
    store_search::{self, Needle},
};

use super::{album_trashed_days_ago, objects_of, photo_trashed_days_ago};
use crate::activity::database;

async fn put(person: &Person, path: &str) {
    assert!(person.ask(Method::PUT, path, &[], None).await.status < 300, "{path}");
}

/// A photo that is ready, with all that can hang on one.
async fn photo(ana: &Person, album: &str, seed: u8) -> String {
    let photo = ana.upload(album, &jpeg(40, 30, seed)).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    ana.post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Here"}))
        .await
        .expect(201);
    put(ana, &format!("/v1/photos/{photo}/favourite")).await;
    put(ana, &format!("/v1/photos/{photo}/tags/lake")).await;
    photo
}

fn change<'a>(changes: &'a Value, id: &str) -> &'a Value {
    let items = changes["items"].as_array().expect("items");
    items
        .iter()
        .find(|item| item["id"] == *id)
        .unwrap_or_else(|| panic!("{id} is not in {changes}"))
}

/// Returns photos of this person's that went, by the record, each with its bytes if it was
/// ready once.
async fn purged(person: &Person) -> Vec<(PhotoId, Option<u64>)> {
    let owner: UserId = person.id().await.parse().expect("an id");
    let mut record = database(&person.system, "ACTIVITY_SHARDS", owner.shard()).await;
    let query = "SELECT subject_id, context FROM activity \
                 WHERE owner_id = ? AND action = 'purge-trash' AND subject_kind = 'photo'";
    let rows: Vec<(uuid::Uuid, String)> = sqlx::query_as(query)
        .bind(owner.uuid())
        .fetch_all(&mut record)
        .await
        .expect("rows");
    let read = |(id, context): (uuid::Uuid, String)| {
        let context: Value = serde_json::from_str(&context).expect("JSON");
        (PhotoId::from_uuid(id), context["bytes"].as_u64())
    };
    rows.into_iter().map(read).collect()
}

/// Returns where it stands beside the record of activity, which keeps what was done.
async fn left_of(system: &System, needle: &Needle) -> Vec<String> {
    let mut left = store_search::find(system, needle).await;
    left.retain(|place| !place.starts_with("activity."));
    left
}

#[tokio::test]
async fn a_photo_goes_after_thirty_days_and_leaves_a_tombstone() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let other = ana.album("Best").await;
    let old = photo(&ana, &album, 1).await;
    let young = photo(&ana, &album, 2).await;
    let kept = photo(&ana, &album, 3).await;
    put(&ana, &format!("/v1/albums/{other}/photos/{old}")).await;
    for id in [&old, &young] {
        ana.delete(&format!("/v1/photos/{id}")).await.expect(204);
    }
    let since = text(&ana.get("/v1/changes").await.expect(200)["next"]);
    assert!(objects_of(&system, &old).await > 1, "an original and images");
    let usage = ana.get("/v1/me").await.expect(200)["usage"].clone();
    // From now on it may go: other tests empty the trash, too.
    photo_trashed_days_ago(&system, &old, 31).await;
    photo_trashed_days_ago(&system, &young, 29).await;

    super::purge_trash(&system).await;

    assert_eq!(ana.get(&format!("/v1/photos/{old}")).await.problem(404), "/problems/not-found");
    ana.get(&format!("/v1/photos/{young}")).await.expect(200);
    assert_eq!(objects_of(&system, &old).await, 0);
    assert!(objects_of(&system, &young).await > 1 && objects_of(&system, &kept).await > 1);
    let less = ana.get("/v1/me").await.expect(200)["usage"].clone();
    assert_eq!((usage["photos"].as_u64(), less["photos"].as_u64()), (Some(3), Some(2)));
    assert!(less["bytes"].as_u64() < usage["bytes"].as_u64());
    let trash = ana.get("/v1/trash").await.expect(200);
    assert_eq!(trash["items"].as_array().map(Vec::len), Some(1), "{trash}");
    let changes = ana
        .get(&format!("/v1/changes?cursor={since}"))
        .await
        .expect(200);
    let gone = change(&changes, &old);
    assert_eq!((&gone["deleted"], &gone["photo"]), (&json!(true), &Value::Null));
    let id: PhotoId = old.parse().expect("an id");
    assert_eq!(purged(&ana).await, [(id, Some(jpeg(40, 30, 1).len() as u64))]);
    let left = left_of(&system, &Needle::id(&old, id.uuid())).await;
    let (tomb, feed): (Vec<_>, Vec<_>) = left.iter().partition(|place| place.contains("PHOTO#"));
    assert!(tomb.len() == 1 && tomb[0].contains("gone"), "{left:?}");
    assert_eq!(feed, ["changes.aggregate: 1 rows"]);
}

/// It was never counted as one that came.
#[tokio::test]
async fn a_photo_that_was_never_ready_goes_without_its_bytes() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, b"no photo").await;
    assert_eq!(ana.settled(&photo).await["status"], "failed");
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    photo_trashed_days_ago(&system, &photo, 31).await;
    super::purge_trash(&system).await;
    assert_eq!(purged(&ana).await, [(photo.parse().expect("an id"), None)]);
}

#[tokio::test]
async fn a_photo_s_bytes_can_be_sent_anew_after_it_went() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let old = photo(&ana, &album, 4).await;
    ana.delete(&format!("/v1/photos/{old}")).await.expect(204);
    photo_trashed_days_ago(&system, &old, 31).await;
    super::purge_trash(&system).await;
    let new = ana.upload(&album, &jpeg(40, 30, 4)).await;
    assert_ne!(new, old);
    assert_eq!(ana.settled(&new).await["status"], "ready");
}

/// Returns true for the locator of a photo that names the album once: as one that it has left, which
/// it remembers for a day.
fn is_named_as_left(place: &str, album: &str) -> bool {
    let left = format!("\"left\": M({{\"{album}\": N(");
    place.contains(&left) && place.matches(album).count() == 1
}

#[tokio::test]
async fn an_album_goes_and_its_photos_stay() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let other = ana.album("Best").await;
    let id = photo(&ana, &album, 5).await;
    put(&ana, &format!("/v1/albums/{other}/photos/{id}")).await;
    // Of one that has left before, something was said in the album.
    let left_before = photo(&ana, &album, 6).await;
    put(&ana, &format!("/v1/albums/{other}/photos/{left_before}")).await;
    ana.delete(&format!("/v1/albums/{album}/photos/{left_before}"))
        .await
        .expect(204);
    let bert = ana.member(&album, "viewer").await;
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let path = text(&share["path"]);
    ana.get(&path).await.expect(200);
    ana.delete(&format!("/v1/albums/{album}")).await.expect(204);
    let since = text(&ana.get("/v1/changes").await.expect(200)["next"]);
    album_trashed_days_ago(&system, &album, 31).await;
    let late = ana
        .post(&format!("/v1/albums/{album}/restore"), json!({}))
        .await;
    assert_eq!(late.problem(404), "/problems/not-found", "its purge may have begun");

    super::purge_trash(&system).await;

    for path in [format!("/v1/albums/{album}"), format!("/v1/albums/{album}/photos"), path] {
        assert_eq!(ana.get(&path).await.problem(404), "/problems/not-found", "{path}");
    }
    ana.get(&format!("/v1/photos/{id}")).await.expect(200);
    assert_eq!(ana.get(&format!("/v1/albums/{other}")).await.expect(200)["photo_count"], 2);
    for photo in [&id, &left_before] {
        let comments = ana
            .get(&format!("/v1/photos/{photo}/comments"))
            .await
            .expect(200);
        assert_eq!(
            (&comments["items"][0]["text"], &comments["items"][0]["album"]),
            (&json!("Here"), &Value::Null)
        );
    }
    let shared = bert.get("/v1/albums/shared-with-me").await.expect(200);
    assert_eq!(shared["items"], json!([]));
    let changes = ana
        .get(&format!("/v1/changes?cursor={since}"))
        .await
        .expect(200);
    assert_eq!(change(&changes, &album)["deleted"], true);
    assert_eq!(change(&changes, &id)["albums"], json!([other]));
    let uuid = album
        .parse::<shared::domain::AlbumId>()
        .expect("an id")
        .uuid();
    let left = left_of(&system, &Needle::id(&album, uuid)).await;
    let unexpected: Vec<_> = left
        .iter()
        .filter(|place| {
            !place.starts_with("changes.")
                && !place.starts_with("shares.")
                && !place.contains("revoked")
        })
        .filter(|place| !(place.contains("~HEAD") && place.contains("gone")))
        .filter(|place| !is_named_as_left(place, &album))
        // Views are written up to a minute after they were counted; the count goes with its owner.
        .filter(|place| !place.contains("VIEWS#"))
        // It leads to an invitation that is not there any more, and ends by itself.
        .filter(|place| !(place.contains("INVITED#") && place.contains("\"ttl\"")))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
}
