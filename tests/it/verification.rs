//! Addresses that a mail has shown to be their users'.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    mailbox::token_to,
    person::{PASSWORD, address, text},
};

const VERIFY: &str = "Confirm your address";

async fn signed_up(system: &System, email: &str) -> Person {
    let person = Person::anonymous(system);
    person.sign_up(email).await.expect(201);
    let session = person.sign_in(email).await.expect(201);
    person.with(&text(&session["token"]))
}

async fn verified_at(person: &Person) -> Value {
    person.get("/v1/me").await.expect(200)["email_verified_at"].clone()
}

#[tokio::test]
async fn sign_up_sends_a_token_that_verifies_the_address_once() {
    let (system, email) = (System::shared(), address());
    let ana = signed_up(&system, &email).await;
    assert_eq!(verified_at(&ana).await, Value::Null);
    let token = token_to(&system, &email, VERIFY).await;
    // Who asks for another has that one all the same.
    ana.post("/v1/me/verification", json!({})).await.expect(204);
    let anyone = Person::anonymous(&system);
    for wrong in ["albumen_none", "", &token[..token.len() - 1]] {
        let answer = anyone
            .post("/v1/verifications", json!({"token": wrong}))
            .await;
        assert_eq!(answer.problem(410), "/problems/link-ended", "{wrong}");
    }
    // Of another purpose.
    let password = json!({"token": token, "password": PASSWORD});
    assert_eq!(anyone.post("/v1/passwords", password).await.problem(410), "/problems/link-ended");

    anyone
        .post("/v1/verifications", json!({"token": token}))
        .await
        .expect(204);
    assert!(verified_at(&ana).await.is_string());
    let again = anyone
        .post("/v1/verifications", json!({"token": token}))
        .await;
    assert_eq!(again.problem(410), "/problems/link-ended");
    // Nothing is left to send.
    ana.post("/v1/me/verification", json!({})).await.expect(204);
}

#[tokio::test]
async fn a_verification_that_is_repeated_under_its_key_is_done() {
    let (system, email) = (System::shared(), address());
    signed_up(&system, &email).await;
    let token = token_to(&system, &email, VERIFY).await;
    let anyone = Person::anonymous(&system);
    let key = uuid::Uuid::new_v4().to_string();
    let body = json!({"token": token}).to_string();
    for _ in 0..2 {
        let headers = [("idempotency-key", key.as_str())];
        let answer = anyone
            .ask(Method::POST, "/v1/verifications", &headers, Some(body.clone()))
            .await;
        answer.expect(204);
    }
}

/// A mail to the address that the account has says nothing of the one that it is to have.
#[tokio::test]
async fn a_token_of_sign_up_confirms_no_other_address() {
    let (system, old, new) = (System::shared(), address(), address());
    let ana = signed_up(&system, &old).await;
    let token = token_to(&system, &old, VERIFY).await;
    let change = json!({"email": new, "current_password": PASSWORD}).to_string();
    ana.ask(Method::PATCH, "/v1/me", &[], Some(change))
        .await
        .expect(200);
    ana.post("/v1/verifications", json!({"token": token}))
        .await
        .expect(204);
    let me = ana.get("/v1/me").await.expect(200);
    assert_eq!((&me["email"], &me["pending_email"]["email"]), (&json!(old), &json!(new)));
    assert!(me["email_verified_at"].is_string());
    // With another address the former one's token is worth nothing.
    let other = address();
    let late = signed_up(&system, &other).await;
    let token = token_to(&system, &other, VERIFY).await;
    let last = address();
    let change = json!({"email": last, "current_password": PASSWORD}).to_string();
    late.ask(Method::PATCH, "/v1/me", &[], Some(change))
        .await
        .expect(200);
    let confirmation = token_to(&system, &last, "Confirm your new address").await;
    late.post("/v1/verifications", json!({"token": confirmation}))
        .await
        .expect(204);
    let ended = late
        .post("/v1/verifications", json!({"token": token}))
        .await;
    assert_eq!(ended.problem(410), "/problems/link-ended");
}
