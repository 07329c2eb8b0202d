//! Forgotten passwords of accounts with a second factor.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{
    Person, System,
    authenticator::CarefulPerson,
    mailbox::token_to,
    person::{ApiResponse, text},
};

const RESET: &str = "Choose a new password";
const NEW_PASSWORD: &str = "a louder violet windmill";

/// Replaces the password by a mail.
async fn reset(system: &System, email: &str) {
    let anyone = Person::anonymous(system);
    anyone
        .post("/v1/password-resets", json!({"email": email}))
        .await
        .expect(204);
    let token = token_to(system, email, RESET).await;
    let body = json!({"token": token, "password": NEW_PASSWORD});
    anyone.post("/v1/passwords", body).await.expect(204);
}

async fn log_in(system: &System, email: &str, code: Option<&str>) -> ApiResponse {
    let body = json!({"email": email, "password": NEW_PASSWORD, "code": code});
    Person::anonymous(system).post("/v1/sessions", body).await
}

/// Somebody may sign up with an address that is not theirs, and switch a second factor on.
#[tokio::test]
async fn a_stranger_s_factor_ends_when_the_address_is_shown_to_be_another_s() {
    let system = System::shared();
    let stranger = CarefulPerson::new(&system).await;
    reset(&system, &stranger.email).await;
    let session = log_in(&system, &stranger.email, None).await.expect(201);
    let owner = Person::anonymous(&system).with(&text(&session["token"]));
    let me = owner.get("/v1/me").await.expect(200);
    assert_eq!(me["second_factor"], Value::Null);
    assert!(me["email_verified_at"].is_string(), "{me}");
}

#[tokio::test]
async fn of_a_verified_address_the_factor_stays_and_wrong_codes_are_forgiven() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    ana.person.verified().await;
    let wrong = ana.app.wrong();
    for _ in 0..10 {
        for answer in join_all((0..10).map(|_| ana.log_in(Some(&wrong)))).await {
            super::bad_code(answer);
        }
    }
    reset(&system, &ana.email).await;
    let refused = log_in(&system, &ana.email, None).await;
    assert_eq!(refused.problem(401), "/problems/second-factor-needed");
    let code = ana.app.code().await;
    log_in(&system, &ana.email, Some(&code)).await.expect(201);
}
