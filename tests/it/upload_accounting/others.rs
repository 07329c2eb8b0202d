//! Sending by others than the owner: guests by a link, and members.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::PhotoId;
use tests::{
    ApiResponse, Person, System, library,
    person::text,
    photograph::{jpeg, sum},
};

use super::{link, nothing_is_kept, said, usage};

#[tokio::test]
async fn guests_take_no_more_than_the_link_s_owner_lets_them() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    for (field, bad) in
        [("open_uploads", json!(0)), ("open_uploads", json!(1001)), ("upload_bytes", json!(0))]
    {
        let answer = ana
            .post(&format!("/v1/albums/{album}/shares"), json!({field: bad}))
            .await;
        assert_eq!(answer.body["errors"][0]["field"], field);
        answer.problem(422);
    }
    let (path, _) = link(&ana, &album, json!({"open_uploads": 2, "upload_bytes": 100_000})).await;
    let shares = ana
        .get(&format!("/v1/albums/{album}/shares"))
        .await
        .expect(200);
    assert_eq!(
        (&shares["items"][0]["open_uploads"], &shares["items"][0]["upload_bytes"]),
        (&json!(2), &json!(100_000))
    );
    let photos = [jpeg(80, 60, 205), jpeg(80, 60, 206), jpeg(80, 60, 207)];
    let announce = |bytes: &[u8]| guest.post(&path, said(bytes, bytes.len()));
    let first = announce(&photos[0]).await.expect(201);
    announce(&photos[1]).await.expect(201);
    announce(&photos[1]).await.expect(201);
    let third = announce(&photos[2]).await;
    assert!(third.headers.contains_key("retry-after"), "{:?}", third.headers);
    assert_eq!(third.problem(429), "/problems/too-many");
    assert_eq!(guest.send(&first["upload"], &photos[0]).await, 200);
    ana.settled(&text(&first["photo"]["id"])).await;
    announce(&photos[2]).await.expect(201);

    let (path, _) = link(&ana, &album, json!({"upload_bytes": 100_000})).await;
    let large = guest.post(&path, said(b"a", 60_000)).await.expect(201);
    assert_eq!(guest.post(&path, said(b"b", 60_000)).await.problem(413), "/problems/over-quota");
    guest.post(&path, said(b"c", 40_000)).await.expect(201);
    ana.delete(&format!("/v1/photos/{}", text(&large["photo"]["id"])))
        .await
        .expect(204);
    guest.post(&path, said(b"b", 60_000)).await.expect(201);
}

/// Neither a link nor a member takes the owner's room by announcing.
#[tokio::test]
async fn announcements_of_others_leave_room_for_the_owner() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let (by_link, _) = link(&ana, &album, json!({})).await;
    let editor = ana.member(&album, "editor").await;
    let quota: u64 = system.variable("QUOTA_BYTES").parse().expect("a number");
    let own = format!("/v1/albums/{album}/photos");
    for (sender, path) in [(Person::anonymous(&system), by_link), (editor, own)] {
        let mut refused = None;
        for number in 0..=quota / 200_000_000 {
            let sum = format!("{:032x}{number:032x}", path.len());
            let large = json!({
                "name": "a", "size": 200_000_000, "content_type": "image/jpeg", "sha256": sum,
                "multipart": false,
            });
            let mut large = large;
            if path.starts_with("/v1/shared/") {
                large
                    .as_object_mut()
                    .expect("an object")
                    .remove("multipart");
            }
            let answer = sender.post(&path, large).await;
            if answer.status != 201 {
                refused = Some(answer);
                break;
            }
        }
        assert_eq!(refused.expect("a refusal").problem(413), "/problems/over-quota");
    }
    let used = usage(&ana).await["bytes"].as_u64().expect("a number");
    assert!(used <= quota / 2, "{used} of {quota}");
    ana.announce(&album, &jpeg(80, 60, 208)).await.expect(201);
}

/// Returns what an answer shows of itself, without what is another each time.
fn shape(answer: ApiResponse) -> Value {
    let mut body = answer.body;
    let photo = body["photo"].as_object_mut().expect("a photo");
    for changing in ["id", "sha256", "taken_at", "created_at", "updated_at"] {
        photo.remove(changing);
    }
    let names: BTreeSet<String> = body["upload"]
        .as_object()
        .map(|u| u.keys().cloned().collect())
        .unwrap_or_default();
    json!({"status": answer.status, "photo": body["photo"], "upload": names})
}

/// Naming a sum tells others nothing of what the owner has elsewhere, and does nothing to it.
#[tokio::test]
async fn to_others_a_sum_that_the_owner_has_elsewhere_is_new() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let private = ana.album("Private").await;
    let album = ana.album("Summer").await;
    let editor = ana.member(&album, "editor").await;
    let (by_link, _) = link(&ana, &album, json!({})).await;
    let each: Vec<_> = (210..215).map(|seed| jpeg(64, 48, seed)).collect();
    let mut own = Vec::new();
    for (number, bytes) in each.iter().enumerate().take(4) {
        let announced = ana.announce(&private, bytes).await.expect(201);
        let photo = text(&announced["photo"]["id"]);
        let caption = json!({"caption": "A secret"}).to_string();
        ana.ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(caption))
            .await
            .expect(200);
        if number > 0 {
            ana.send(&announced["upload"], bytes).await;
            ana.settled(&photo).await;
        }
        own.push(photo);
    }
    ana.delete(&format!("/v1/photos/{}", own[2]))
        .await
        .expect(204);
    let failed: PhotoId = own[3].parse().expect("an id");
    let mut database = library::database(&system, failed.shard()).await;
    let fail = "UPDATE photos SET status = 'failed', error_code = 'truncated' WHERE id = ?";
    sqlx::query(fail)
        .bind(failed.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    let mut before = Vec::new();
    for photo in &own {
        before.push(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["version"].clone());
    }

    let path = format!("/v1/albums/{album}/photos");
    let named = |bytes: &[u8]| {
        let mut named = said(bytes, 1234); // not the size that the owner's has
        named["name"] = json!("other.jpg");
        named
    };
    for (sender, path) in [(&editor, &path), (&guest, &by_link)] {
        let unknown = shape(sender.post(path, named(&each[4])).await);
        assert_eq!(unknown["status"], 201);
        for bytes in &each[..4] {
            let answer = sender.post(path, named(bytes)).await;
            assert!(!own.contains(&text(&answer.body["photo"]["id"])), "{}", answer.body);
            assert_eq!(shape(answer), unknown);
        }
    }
    for (photo, version) in own.iter().zip(&before) {
        let photo = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
        assert_eq!(&photo["version"], version, "{photo}");
        editor
            .get(&format!("/v1/photos/{}", text(&photo["id"])))
            .await
            .expect(404);
    }

    // With the bytes it is a photo of its own.
    let mine = editor
        .ask(Method::POST, &path, &[], Some(said(&each[1], each[1].len()).to_string()))
        .await;
    assert_eq!(
        mine.problem(422),
        "/problems/invalid",
        "the editor's own has the size that the editor said"
    );
    let fresh = ana.member(&album, "editor").await;
    let announced = fresh.announce(&album, &each[1]).await.expect(201);
    assert_eq!(fresh.send(&announced["upload"], &each[1]).await, 200);
    let ready = fresh.settled(&text(&announced["photo"]["id"])).await;
    assert_eq!((&ready["status"], &ready["caption"]), (&json!("ready"), &json!("")));
    assert_eq!(fresh.announce(&album, &each[1]).await.expect(200)["photo"]["id"], ready["id"]);
    let seen = guest
        .post(&by_link, said(&each[1], each[1].len()))
        .await
        .expect(200);
    assert_eq!(seen["photo"]["id"], ready["id"], "what guests see they need not send");
    let check = ana
        .post("/v1/photos/check", json!({"sha256": [sum(&each[0]), sum(&each[1])]}))
        .await
        .expect(200);
    assert_eq!(check["found"].as_array().map(Vec::len), Some(2), "each once: {check}");
}

/// A URL outlives a link and a membership; the permission does not.
#[tokio::test]
async fn whose_permission_has_ended_sends_nothing() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let editor = ana.member(&album, "editor").await;
    let (by_link, share) = link(&ana, &album, json!({})).await;
    let before = usage(&ana).await["bytes"].clone();
    let one = jpeg(64, 48, 216);
    let two = jpeg(64, 48, 217);
    let by_guest = guest
        .post(&by_link, said(&one, one.len()))
        .await
        .expect(201);
    let by_editor = editor.announce(&album, &two).await.expect(201);
    ana.delete(&format!("/v1/shares/{share}")).await.expect(204);
    ana.delete(&format!("/v1/albums/{album}/members/{}", editor.id().await))
        .await
        .expect(204);
    for (announced, bytes) in [(&by_guest, &one), (&by_editor, &two)] {
        assert_eq!(guest.send(&announced["upload"], bytes).await, 200);
        let failed = ana.settled(&text(&announced["photo"]["id"])).await;
        assert_eq!(failed["error"]["code"], "not_allowed", "{failed}");
        nothing_is_kept(&system, &announced["upload"]).await;
    }
    assert_eq!(usage(&ana).await["bytes"], before);
}
