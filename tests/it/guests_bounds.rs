//! Tests what guests are told of an album that they see in part, and how long its images open to
//! them.

use reqwest::Method;
use serde_json::json;
use shared::domain::Moment;
use tests::{Person, System, person::text, photograph::jpeg};

use crate::guests::{ready, share};

#[tokio::test]
async fn a_guest_is_told_of_as_many_photos_as_a_guest_sees() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let path = share(&ana, &album, json!({})).await;
    let told = async || {
        let seen = guest.get(&path).await.expect(200);
        let listed = seen["photos"]["items"].as_array().expect("items").len();
        assert_eq!(seen["photo_count"], json!(listed));
        listed
    };
    assert_eq!(told().await, 0);
    let bytes = jpeg(60, 40, 3);
    let photo = text(&ana.announce(&album, &bytes).await.expect(201)["photo"]["id"]);
    assert_eq!(told().await, 0, "its bytes have not come");
    ready(&ana, &album, &bytes).await;
    assert_eq!(told().await, 1);
    let other = ready(&ana, &album, &jpeg(60, 40, 4)).await;
    assert_eq!(told().await, 2);
    assert_eq!(ana.get(&format!("/v1/albums/{album}")).await.expect(200)["photo_count"], 2);

    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    assert_eq!(told().await, 1, "in the trash");
    ana.post(&format!("/v1/photos/{photo}/restore"), json!({}))
        .await
        .expect(200);
    assert_eq!(told().await, 2);
    ana.delete(&format!("/v1/albums/{album}/photos/{other}"))
        .await
        .expect(204);
    assert_eq!(told().await, 1);
    let back = format!("/v1/albums/{album}/photos/{other}");
    ana.ask(Method::PUT, &back, &[], None).await.expect(200);
    assert_eq!(told().await, 2);
}

#[tokio::test]
async fn images_open_to_guests_no_longer_than_the_share_and_half_an_hour() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let now = Moment::now();
    let soon = now.plus(300).to_string();
    let open = share(&ana, &album, json!({})).await;
    let short = share(&ana, &album, json!({"expires_at": soon})).await;
    for (path, latest) in [(open, now.plus(31 * 60)), (short, now.plus(300))] {
        for list in [path.clone(), format!("{path}/photos")] {
            let ends = text(&guest.get(&list).await.expect(200)["media"]["expires_at"]);
            let ends = Moment::try_from(ends).expect("a moment");
            assert!(now < ends && ends <= latest, "{list}: {ends}");
        }
    }
}
