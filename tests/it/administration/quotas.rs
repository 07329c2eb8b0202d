//! Quotas of accounts, which administrators set.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{ApiResponse, Person, System};

use super::{Known, acts, done_by};

/// The size of a photo that is announced.
const SIZE: u64 = 150_000_000;

async fn set(administrator: &Person, path: &str, bytes: impl Into<Value>) -> ApiResponse {
    let body = json!({"quota_bytes": bytes.into()}).to_string();
    administrator
        .ask(Method::PATCH, path, &[], Some(body))
        .await
}

/// Announces a photo with a sum that is made of this number.
async fn announce(person: &Person, album: &str, number: u64) -> ApiResponse {
    let photo = json!({
        "name": "a", "size": SIZE, "content_type": "image/jpeg",
        "sha256": format!("{number:064x}"), "multipart": false,
    });
    person
        .post(&format!("/v1/albums/{album}/photos"), photo)
        .await
}

#[tokio::test]
async fn an_account_keeps_as_much_as_an_administrator_says() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let usual: u64 = system.variable("QUOTA_BYTES").parse().expect("a number");
    let album = ana.person.album("Summer").await;
    let account = administrator.get(&ana.path()).await.expect(200);
    assert_eq!(account["quota"], json!({"bytes": usual, "own": false}));

    let changed = set(&administrator, &ana.path(), 2 * SIZE).await.expect(200);
    assert_eq!(changed["quota"], json!({"bytes": 2 * SIZE, "own": true}));
    assert_eq!(administrator.get(&ana.path()).await.expect(200), changed);
    let me = ana.person.get("/v1/me").await.expect(200);
    assert_eq!(me["quota"]["bytes"], 2 * SIZE);
    announce(&ana.person, &album, 1).await.expect(201);
    announce(&ana.person, &album, 2).await.expect(201);
    let refused = announce(&ana.person, &album, 3).await;
    assert!(
        refused.body["detail"]
            .as_str()
            .is_some_and(|told| told.contains("300000000"))
    );
    assert_eq!(refused.problem(413), "/problems/over-quota");

    // Less than it keeps: what is there stays, and nothing comes to it.
    set(&administrator, &ana.path(), 0).await.expect(200);
    announce(&ana.person, &album, 1).await.expect(201);
    announce(&ana.person, &album, 3).await.problem(413);
    let account = administrator.get(&ana.path()).await.expect(200);
    assert_eq!(account["usage"]["bytes"], 2 * SIZE);

    let changed = set(&administrator, &ana.path(), Value::Null)
        .await
        .expect(200);
    assert_eq!(changed["quota"], json!({"bytes": usual, "own": false}));
    announce(&ana.person, &album, 3).await.expect(201);
    set(&administrator, &ana.path(), Value::Null)
        .await
        .expect(200);
    let rows = acts(&ana.person, "update-account").await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    done_by(&rows, &administrator.id().await);
}

/// Photos that others are sending count as a part of the owner's own quota.
#[tokio::test]
async fn members_send_a_part_of_the_owner_s_quota() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let album = ana.person.album("Summer").await;
    let ben = ana.person.member(&album, "editor").await;
    set(&administrator, &ana.path(), 4 * SIZE).await.expect(200);
    announce(&ben, &album, 1).await.expect(201);
    let refused = announce(&ben, &album, 2).await;
    assert_eq!(refused.problem(413), "/problems/over-quota");
    announce(&ana.person, &album, 3).await.expect(201);
}

#[tokio::test]
async fn what_is_no_quota_is_refused() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    for wrong in [json!(-1), json!(1.5), json!("1"), json!(9_007_199_254_740_992_u64)] {
        let refused = set(&administrator, &ana.path(), wrong.clone()).await;
        assert_eq!(refused.body["errors"][0]["field"], "quota_bytes", "{wrong}");
        refused.problem(422);
    }
    let refused = set(&ana.person, &ana.path(), 1).await;
    assert_eq!(refused.problem(403), "/problems/not-an-administrator");
    let own = format!("/v1/accounts/{}", administrator.id().await);
    assert_eq!(set(&administrator, &own, 1).await.problem(403), "/problems/not-allowed");
}
