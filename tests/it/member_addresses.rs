//! Tests what people type into paths, beside tags: addresses of members.

use reqwest::Method;
use serde_json::json;
use tests::{Person, System, person::text};

/// Both characters may stand in an address, and part a path when they are taken for its own.
#[tokio::test]
async fn a_member_is_named_by_any_address() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let unique = uuid::Uuid::now_v7().simple();
    let addresses =
        ["r/d", "who?", "50%", "a+b"].map(|local| format!("{local}-{unique}@example.org"));
    for email in addresses {
        let user = text(&Person::anonymous(&system).sign_up(&email).await.expect(201)["id"]);
        let encoded = email
            .replace('%', "%25")
            .replace('/', "%2F")
            .replace('?', "%3F");
        let path = format!("/v1/albums/{album}/members/{encoded}");
        let body = Some(json!({"role": "viewer"}).to_string());
        assert_eq!(
            ana.ask(Method::PUT, &path, &[], body).await.expect(201)["user"],
            json!(user),
            "{email}"
        );
        ana.delete(&path).await.expect(204);
    }
}
