//! Tests what people type into paths, beside tags: addresses of members.

use reqwest::Method;
use serde_json::json;
use tests::{
    Person, System,
    person::{address, text},
};

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
        let anyone = Person::anonymous(&system);
        anyone.sign_up(&email).await.expect(201);
        let session = anyone.sign_in(&email).await.expect(201);
        let member = anyone.with(&text(&session["token"]));
        ana.admit(&album, &member, "viewer").await;
        let user = member.id().await;
        let encoded = email
            .replace('%', "%25")
            .replace('/', "%2F")
            .replace('?', "%3F");
        let path = format!("/v1/albums/{album}/members/{encoded}");
        let body = Some(json!({"role": "editor"}).to_string());
        assert_eq!(
            ana.ask(Method::PUT, &path, &[], body).await.expect(200)["user"],
            json!(user),
            "{email}"
        );
        ana.delete(&path).await.expect(204);
    }
}

#[tokio::test]
async fn nobody_is_answered_as_somebody_who_is_no_member() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let somebody = Person::new(&system).await;
    let me = somebody.get("/v1/me").await.expect(200);
    let mut answers = Vec::new();
    for email in [text(&me["email"]), address()] {
        let path = format!("/v1/albums/{album}/members/{email}");
        let body = Some(json!({"role": "editor"}).to_string());
        let put = ana.ask(Method::PUT, &path, &[], body).await;
        for mut answer in [put, ana.delete(&path).await] {
            assert_eq!(answer.clone().problem(404), "/problems/not-found");
            answer.body["request_id"] = json!(null);
            answers.push(answer.body);
        }
    }
    assert_eq!(answers[..2], answers[2..]);
}
