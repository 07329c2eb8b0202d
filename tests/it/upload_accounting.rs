//! Tests sending: what is sent counts, or goes; who may send, and how much; and what sending tells.

use std::time::Duration;

use serde_json::{Value, json};
use shared::domain::{PhotoId, UserId};
use tests::{
    Person, System, library,
    person::text,
    photograph::{jpeg, padded, sum},
    system::{objects, until},
};

mod others;

fn said(bytes: &[u8], size: usize) -> Value {
    json!({"name": "photo.jpg", "size": size, "content_type": "image/jpeg", "sha256": sum(bytes)})
}

async fn usage(person: &Person) -> Value {
    person.get("/v1/me").await.expect(200)["usage"].clone()
}

/// The objects that are kept of the photo that this upload is of.
async fn kept(system: &System, upload: &Value) -> Vec<String> {
    let url = text(&upload["url"]);
    let key = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    let folder = &key[..=key.rfind('/').expect("an attempt")];
    let list = objects(system)
        .list_objects_v2()
        .bucket(system.variable("ORIGINALS_BUCKET"))
        .prefix(folder);
    let list = list.send().await.expect("a list");
    list.contents()
        .iter()
        .filter_map(|object| object.key())
        .map(str::to_owned)
        .collect()
}

async fn nothing_is_kept(system: &System, upload: &Value) {
    until("the object is gone", Duration::from_mins(1), async || {
        kept(system, upload).await.is_empty().then_some(())
    })
    .await;
}

/// A link with uploads; its path for photos, and its id.
async fn link(ana: &Person, album: &str, bounds: Value) -> (String, String) {
    let mut body = bounds;
    body["allow_upload"] = json!(true);
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), body)
        .await
        .expect(201);
    (format!("{}/photos", text(&share["path"])), text(&share["id"]))
}

#[tokio::test]
async fn the_same_bytes_have_one_size() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}/photos");
    let bytes = jpeg(90, 60, 201);
    let first = ana.post(&path, said(&bytes, bytes.len())).await.expect(201);
    for size in [1, bytes.len() - 1, bytes.len() + 1] {
        let other = ana.post(&path, said(&bytes, size)).await;
        assert_eq!(other.body["errors"][0]["field"], "size", "{}", other.body);
        other.problem(422);
    }
    assert_eq!(ana.send(&first["upload"], &bytes).await, 200);
    assert_eq!(ana.settled(&text(&first["photo"]["id"])).await["bytes"], bytes.len());
    assert_eq!(
        ana.post(&path, said(&bytes, 1)).await.body["errors"][0]["field"],
        "size",
        "when it is ready, too"
    );
    assert_eq!(usage(&ana).await, json!({"photos": 1, "bytes": bytes.len()}));
}

/// However it came about: what is stored is what is counted.
#[tokio::test]
async fn an_object_of_another_size_than_its_row_has_is_not_kept() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let bytes = jpeg(90, 60, 202);
    let announced = ana
        .announce(&ana.album("Summer").await, &bytes)
        .await
        .expect(201);
    let id: PhotoId = text(&announced["photo"]["id"]).parse().expect("an id");
    let mut database = library::database(&system, id.shard()).await;
    let smaller = "UPDATE photos SET bytes = 1 WHERE id = ?";
    sqlx::query(smaller)
        .bind(id.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    let failed = ana.settled(&id.to_string()).await;
    assert_eq!(failed["error"]["code"], "checksum_mismatch", "{failed}");
    nothing_is_kept(&system, &announced["upload"]).await;
    assert_eq!(
        ana.get(&format!("/v1/photos/{id}/original"))
            .await
            .problem(409),
        "/problems/not-uploaded"
    );
}

#[tokio::test]
async fn an_attempt_leaves_nothing_when_the_next_begins() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let (by_link, _) = link(&ana, &album, json!({})).await;
    let own = format!("/v1/albums/{album}/photos");
    for (sender, path, bytes) in
        [(&ana, &own, b"no photo".to_vec()), (&guest, &by_link, b"none either".to_vec())]
    {
        let before = usage(&ana).await["bytes"].as_u64().expect("a number");
        let first = sender
            .post(path, said(&bytes, bytes.len()))
            .await
            .expect(201);
        let photo = text(&first["photo"]["id"]);
        assert_eq!(sender.send(&first["upload"], &bytes).await, 200);
        assert_eq!(ana.settled(&photo).await["error"]["code"], "unsupported_format");
        for _ in 0..2 {
            let next = sender
                .post(path, said(&bytes, bytes.len()))
                .await
                .expect(201);
            assert_eq!(next["photo"]["id"], json!(photo));
            assert_eq!(
                kept(&system, &next["upload"]).await,
                Vec::<String>::new(),
                "the attempt before is gone"
            );
            assert_eq!(sender.send(&next["upload"], &bytes).await, 200);
            ana.settled(&photo).await;
            assert_eq!(kept(&system, &next["upload"]).await.len(), 1);
        }
        // The first URL takes the same bytes once more, and nobody keeps them.
        assert_eq!(sender.send(&first["upload"], &bytes).await, 200);
        until("the late object is gone", Duration::from_mins(1), async || {
            (kept(&system, &first["upload"]).await.len() == 1).then_some(())
        })
        .await;
        let after = usage(&ana).await["bytes"].as_u64().expect("a number");
        assert_eq!(after - before, bytes.len() as u64, "stored once, counted once");
    }
}

#[tokio::test]
async fn a_photo_that_never_came_gives_back_its_bytes_when_it_is_deleted() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(80, 60, 203);
    let large = padded(&jpeg(80, 60, 204), 17 << 20);
    let before = usage(&ana).await;
    let whole = ana.announce(&album, &bytes).await.expect(201);
    let in_parts = ana.announce(&album, &large).await.expect(201);
    assert_eq!(usage(&ana).await["photos"], 2);
    for announced in [&whole, &in_parts] {
        let path = format!("/v1/photos/{}", text(&announced["photo"]["id"]));
        ana.delete(&path).await.expect(204);
        assert_eq!(ana.get(&path).await.problem(404), "/problems/not-found");
    }
    assert_eq!(usage(&ana).await, before);
    assert_eq!(
        ana.get("/v1/trash").await.expect(200)["items"],
        json!([]),
        "there is nothing to restore"
    );
    assert_eq!(ana.get(&format!("/v1/albums/{album}")).await.expect(200)["photo_count"], 0);
    assert_eq!(
        ana.get(&format!("/v1/uploads/{}", text(&in_parts["upload"]["id"])))
            .await
            .status,
        404
    );
    // The URL lives on; what it takes does not.
    assert_eq!(ana.send(&whole["upload"], &bytes).await, 200);
    nothing_is_kept(&system, &whole["upload"]).await;

    let photo = ana.upload(&album, &bytes).await;
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    assert!(
        ana.settled(&photo).await["deleted_at"].is_string(),
        "bytes that have come go to the trash"
    );
}

#[tokio::test]
async fn what_fails_for_its_bytes_is_not_tried_again() {
    let ana = Person::new(&System::shared()).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, b"not a photo at all").await;
    let failed = ana.settled(&photo).await;
    let again = ana
        .post(&format!("/v1/photos/{photo}/reprocess"), json!({}))
        .await;
    assert_eq!(again.problem(409), "/problems/fails-again");
    assert_eq!(
        ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["version"],
        failed["version"]
    );
}

/// Paths of images are seen with the images, and those of objects by everybody who sends a photo.
#[tokio::test]
async fn paths_of_objects_name_nobody() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let (by_link, _) = link(&ana, &album, json!({"allow_original": true})).await;
    let bytes = jpeg(64, 48, 218);
    let announced = guest
        .post(&by_link, said(&bytes, bytes.len()))
        .await
        .expect(201);
    assert_eq!(guest.send(&announced["upload"], &bytes).await, 200);
    let photo = text(&announced["photo"]["id"]);
    ana.settled(&photo).await;
    let shown = guest
        .get(by_link.trim_end_matches("/photos"))
        .await
        .expect(200);
    let original = guest.get(&format!("{by_link}/{photo}/original")).await;
    let original = original.headers["location"]
        .to_str()
        .expect("text")
        .to_owned();
    let owner: UserId = ana.id().await.parse().expect("an id");
    let owner = owner.uuid().simple().to_string();
    for seen in [announced.to_string(), shown.to_string(), original] {
        assert!(!seen.contains(&owner), "{seen}");
    }
}

/// An owner of photos from before there were folders goes on with a path of their own id.
#[tokio::test]
async fn who_had_no_folder_keeps_the_path() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let owner: UserId = ana.id().await.parse().expect("an id");
    let mut database = library::database(&system, owner.shard()).await;
    let before = "UPDATE owners SET folder = NULL WHERE user_id = ?";
    sqlx::query(before)
        .bind(owner.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    ana.delete(&format!("/v1/albums/{album}")).await.expect(204);
    let album = ana.album("Winter").await;
    let bytes = jpeg(64, 48, 219);
    let photo = ana.upload(&album, &bytes).await;
    let ready = ana.settled(&photo).await;
    let path = text(&ready["renditions"][0]["url"]);
    assert!(path.starts_with(&format!("/media/{}/", owner.uuid().simple())), "{path}");
    for list in
        [format!("/v1/photos/{photo}"), format!("/v1/albums/{album}"), "/v1/albums".to_owned()]
    {
        let query = text(&ana.get(&list).await.expect(200)["media"]["query"]);
        assert_eq!(ana.fetch(&format!("{path}?{query}")).await.0, 200, "{list}");
    }
}
