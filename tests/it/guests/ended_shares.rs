//! Shares that have ended: revoked, expired, of an album in the trash.

use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Moment, token::Token},
    stores::Projector,
};
use tests::{
    Person, System,
    person::text,
    photograph::{announcement, jpeg},
    system::projector,
};

use super::share;

/// Asserts that a path opens nothing, and says nothing of why.
async fn opens_nothing(guest: &Person, path: &str) {
    let mut absent = guest.get("/v1/shared/albumen_x").await.expect(404);
    let mut answer = guest.get(path).await.expect(404);
    for body in [&mut absent, &mut answer] {
        body["request_id"] = Value::Null;
    }
    assert_eq!(answer, absent);
    let answer = guest.get(&format!("{path}/photos")).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    answer.problem(404);
}

#[tokio::test]
async fn what_has_ended_opens_nothing() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let Projector { hot, .. } = projector(&system);
    let made = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({"allow_upload": true}))
        .await
        .expect(201);
    let path = text(&made["path"]);
    let token = Token::sent(&text(&made["token"])).hash();
    let old = hot
        .share(&token)
        .await
        .expect("an answer")
        .expect("a share");
    assert_eq!(
        ana.delete(&format!("/v1/shares/{}", text(&made["id"])))
            .await
            .status,
        204
    );
    opens_nothing(&guest, &path).await;
    let bytes = jpeg(8, 8, 1);
    let photo = announcement("a.jpg", &bytes);
    guest
        .post(&format!("{path}/photos"), photo)
        .await
        .problem(404);
    hot.put_share(&old).await.expect("a write");
    opens_nothing(&guest, &path).await; // a projection that is late brings nothing back

    let made = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let path = text(&made["path"]);
    let token = Token::sent(&text(&made["token"])).hash();
    let mut expired = hot
        .share(&token)
        .await
        .expect("an answer")
        .expect("a share");
    expired.expires_at = Some(Moment::now());
    expired.version = 2;
    hot.put_share(&expired).await.expect("a write");
    opens_nothing(&guest, &path).await;

    let path = share(&ana, &album, json!({})).await;
    assert_eq!(ana.delete(&format!("/v1/albums/{album}")).await.status, 204);
    opens_nothing(&guest, &path).await;
    ana.ask(Method::POST, &format!("/v1/albums/{album}/restore"), &[], None)
        .await
        .expect(200);
    guest.get(&path).await.expect(200);
}

/// The share may have ended, or the album gone, between a guest's read of it and the transaction.
#[tokio::test]
async fn a_share_that_is_revoked_meanwhile_takes_no_photo() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let guest = Person::anonymous(&system);
    let album = ana.album("Summer").await;
    let Projector { hot, .. } = projector(&system);
    let made = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({"allow_upload": true}))
        .await
        .expect(201);
    let token = Token::sent(&text(&made["token"])).hash();
    let mut seen = hot
        .share(&token)
        .await
        .expect("an answer")
        .expect("a share");
    assert_eq!(
        ana.delete(&format!("/v1/shares/{}", text(&made["id"])))
            .await
            .status,
        204
    );
    seen.version = 3; // as if the revocation had not been projected yet
    hot.put_share(&seen).await.expect("a write");
    guest.get(&text(&made["path"])).await.expect(200);
    let bytes = jpeg(8, 8, 2);
    let photo = announcement("a.jpg", &bytes);
    guest
        .post(&format!("{}/photos", text(&made["path"])), photo)
        .await
        .problem(404);
    assert_eq!(ana.get(&format!("/v1/albums/{album}")).await.expect(200)["photo_count"], 0);
}
