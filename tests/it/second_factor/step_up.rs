//! Dangerous changes, which take a code where the second factor is on.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    System,
    authenticator::CarefulPerson,
    person::{ApiResponse, PASSWORD, address},
};

use super::bad_code;

const OTHER: &str = "seven violet harbour lanterns";

async fn send(ana: &CarefulPerson, method: Method, path: &str, body: &Value) -> ApiResponse {
    ana.person
        .ask(method, path, &[], Some(body.to_string()))
        .await
}

/// Holds that a change takes a code beside the password, and none that is wrong or was used; what
/// it was answered with one that is right.
async fn takes_a_code(
    ana: &mut CarefulPerson,
    method: Method,
    path: &str,
    mut body: Value,
) -> ApiResponse {
    let without = send(ana, method.clone(), path, &body).await;
    assert!(bad_code(without).starts_with("is required"), "{method} {path}");
    body["code"] = ana.app.wrong().into();
    bad_code(send(ana, method.clone(), path, &body).await);
    let used = ana.recovery_code();
    ana.log_in(Some(&used)).await.expect(201);
    body["code"] = used.into();
    bad_code(send(ana, method.clone(), path, &body).await);
    body["code"] = ana.recovery_code().into();
    send(ana, method, path, &body).await
}

#[tokio::test]
async fn another_password_takes_a_code() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let body = json!({"password": OTHER, "current_password": PASSWORD});
    let changed = takes_a_code(&mut ana, Method::PATCH, "/v1/me", body).await;
    changed.expect(200);
    let anyone = tests::Person::anonymous(&ana.person.system);
    let log_in = json!({"email": ana.email, "password": OTHER});
    let again = anyone.post("/v1/sessions", log_in).await;
    assert_eq!(again.problem(401), "/problems/second-factor-needed");
    // A name is nothing dangerous.
    let renamed = send(&ana, Method::PATCH, "/v1/me", &json!({"name": "Ana B."})).await;
    renamed.expect(200);
}

/// A change that is refused for another reason leaves its code unused.
#[tokio::test]
async fn a_refused_change_uses_no_code_up() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let taken = address();
    let signed_up = tests::Person::anonymous(&system).sign_up(&taken).await;
    signed_up.expect(201);
    let code = ana.recovery_code();
    let mut body = json!({"current_password": PASSWORD, "code": code, "password": "password1234"});
    let weak = send(&ana, Method::PATCH, "/v1/me", &body).await;
    assert_eq!(weak.body["errors"][0]["field"], "password", "{weak:?}");
    body["password"] = OTHER.into();
    body["email"] = taken.into();
    let refused = send(&ana, Method::PATCH, "/v1/me", &body).await;
    assert_eq!(refused.problem(409), "/problems/email-taken");
    // Who has only the session does not learn from it that the address is taken.
    let mut guessed = body.clone();
    guessed["current_password"] = OTHER.into();
    let refused = send(&ana, Method::PATCH, "/v1/me", &guessed).await;
    assert_eq!(refused.body["errors"][0]["field"], "current_password", "{refused:?}");
    body["email"] = address().into();
    send(&ana, Method::PATCH, "/v1/me", &body).await.expect(200);
}

#[tokio::test]
async fn another_address_takes_a_code_and_a_request_that_is_repeated_the_same_one() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let email = address();
    let body = json!({"email": email, "current_password": PASSWORD});
    let changed = takes_a_code(&mut ana, Method::PATCH, "/v1/me", body).await;
    assert_eq!(changed.expect(200)["pending_email"]["email"], json!(email));
    let body = json!({
        "email": address(), "current_password": PASSWORD, "code": ana.app.code().await,
    });
    for _ in 0..2 {
        send(&ana, Method::PATCH, "/v1/me", &body).await.expect(200);
    }
    let mut other = body.clone();
    other["email"] = address().into();
    bad_code(send(&ana, Method::PATCH, "/v1/me", &other).await);
}

#[tokio::test]
async fn the_end_of_the_account_takes_a_code() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let body = json!({"password": PASSWORD});
    let closed = takes_a_code(&mut ana, Method::DELETE, "/v1/me", body).await;
    closed.expect(202);
    let code = ana.recovery_code();
    assert_eq!(ana.log_in(Some(&code)).await.problem(403), "/problems/closing");
    // To keep it after all opens nothing, and takes the password alone.
    let anyone = tests::Person::anonymous(&ana.person.system);
    let credentials = json!({"email": ana.email, "password": PASSWORD});
    anyone.post("/v1/me/restore", credentials).await.expect(204);
    assert_eq!(ana.log_in(None).await.problem(401), "/problems/second-factor-needed");
    ana.log_in(Some(&code)).await.expect(201);
}

#[tokio::test]
async fn the_end_of_the_factor_takes_a_code() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let path = "/v1/me/second-factor";
    let wrong = json!({"password": OTHER, "code": ana.recovery_code()});
    let refused = send(&ana, Method::DELETE, path, &wrong).await;
    assert_eq!(refused.body["errors"][0]["field"], "password");
    let body = json!({"password": PASSWORD});
    let ended = takes_a_code(&mut ana, Method::DELETE, path, body).await;
    ended.expect(204);
    ana.log_in(None).await.expect(201);
}

#[tokio::test]
async fn other_recovery_codes_take_a_code() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let path = "/v1/me/second-factor/recovery-codes";
    let without = send(&ana, Method::POST, path, &json!({"password": PASSWORD})).await;
    assert!(bad_code(without).starts_with("is required"));
    let wrong = json!({"password": PASSWORD, "code": ana.app.wrong()});
    bad_code(send(&ana, Method::POST, path, &wrong).await);
    let body = json!({"password": PASSWORD, "code": ana.app.code().await});
    let made = send(&ana, Method::POST, path, &body).await.expect(201);
    assert_eq!(made["recovery_codes"].as_array().map(Vec::len), Some(10));
    bad_code(send(&ana, Method::POST, path, &body).await);
    let left = ana.recovery_code();
    bad_code(ana.log_in(Some(&left)).await);
}

#[tokio::test]
async fn a_key_takes_a_code() {
    let mut ana = CarefulPerson::new(&System::shared()).await;
    let mut key = json!({"email": ana.email, "password": PASSWORD, "name": "Backup"});
    let without = send(&ana, Method::POST, "/v1/sessions", &key).await;
    assert_eq!(without.problem(401), "/problems/second-factor-needed");
    key["code"] = ana.recovery_code().into();
    let made = send(&ana, Method::POST, "/v1/sessions", &key).await;
    assert_eq!(made.expect(201)["name"], "Backup");
}
