//! Photos that guests add.

use std::collections::BTreeSet;

use serde_json::json;
use tests::{
    Person, System,
    person::text,
    photograph::{announcement, jpeg},
};

use super::{names, share};

#[tokio::test]
async fn a_guest_adds_photos_where_the_share_allows_it() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let bytes = jpeg(48, 36, 9);
    let photo = announcement("a.jpg", &bytes);
    let closed = share(&ana, &album, json!({})).await;
    guest
        .post(&format!("{closed}/photos"), photo.clone())
        .await
        .problem(404);
    let open = share(&ana, &album, json!({"allow_upload": true})).await;
    let path = format!("{open}/photos");
    for (field, value) in [("size", json!(0)), ("sha256", json!("x")), ("colour", json!("red"))] {
        let mut bad = photo.clone();
        bad[field] = value;
        let answer = guest.post(&path, bad).await;
        assert_eq!(answer.body["errors"][0]["field"], field);
        answer.problem(422);
    }
    let announced = guest.post(&path, photo.clone()).await.expect(201);
    assert_eq!(names(&announced["photo"]), BTreeSet::from(["id", "status"]));
    assert_eq!(guest.send(&announced["upload"], &bytes).await, 200);
    let id = text(&announced["photo"]["id"]);
    assert_eq!(ana.settled(&id).await["status"], "ready");
    let seen = guest.get(&open).await.expect(200);
    assert_eq!(seen["photos"]["items"][0]["id"], json!(id));
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 1);
    let again = guest.post(&path, photo.clone()).await.expect(200);
    assert_eq!((&again["photo"]["id"], again.get("upload")), (&json!(id), None));
}

#[tokio::test]
async fn a_guest_does_not_go_over_the_owner_s_quota() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let path = format!("{}/photos", share(&ana, &album, json!({"allow_upload": true})).await);
    let quota: u64 = system.variable("QUOTA_BYTES").parse().expect("a number");
    for number in 0..=quota / 200_000_000 {
        let large = json!({
            "name": "a", "size": 200_000_000, "content_type": "image/jpeg",
            "sha256": format!("{:064x}", number + 1),
        });
        let answer = guest.post(&path, large).await;
        if answer.status != 201 {
            assert_eq!(answer.problem(413), "/problems/over-quota");
            return;
        }
    }
    panic!("a guest went over the owner's quota");
}
