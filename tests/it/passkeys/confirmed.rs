//! Passkeys in place of password and code, for what is dangerous.

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::UserId;
use tests::{
    ApiResponse, Person, System,
    authenticator::{Authenticator, CarefulPerson},
    in_process::BrowserRequest,
    kill_points::Deaths,
    passkey::{SoftPasskey, added, challenge, confirmation, log_in},
    person::{PASSWORD, address, text},
    system::accounts,
};

use super::ana;
use crate::update_me::update_me;

const OTHER: &str = "seven violet harbour lanterns";
/// Number of places at which a request dies.
const DEATHS: usize = 8;

async fn send(person: &Person, method: Method, path: &str, body: &Value) -> ApiResponse {
    person.ask(method, path, &[], Some(body.to_string())).await
}

/// Sends a request that a passkey confirms.
async fn by_passkey(
    person: &Person,
    passkey: &mut SoftPasskey,
    method: Method,
    path: &str,
    mut body: Value,
) -> ApiResponse {
    body["passkey"] = confirmation(person, passkey).await;
    send(person, method, path, &body).await
}

#[track_caller]
fn is_refused(answer: ApiResponse, what: &str) {
    assert_eq!(answer.body["errors"][0]["field"], "passkey", "{what}: {answer:?}");
    answer.problem(422);
}

#[tokio::test]
async fn a_passkey_stands_for_the_password() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    assert_eq!(ana.get("/v1/me").await.expect(200)["passkeys"], 1);
    let challenge = "/v1/me/passkeys/challenge";
    let begun = by_passkey(&ana, &mut passkey, Method::POST, challenge, json!({})).await;
    assert!(begun.expect(200)["challenge"].is_string());
    let body = json!({"password": OTHER});
    let changed = by_passkey(&ana, &mut passkey, Method::PATCH, "/v1/me", body).await;
    changed.expect(200);
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&email).await.expect(401);
    let new = address();
    let body = json!({"email": new});
    let changed = by_passkey(&ana, &mut passkey, Method::PATCH, "/v1/me", body).await;
    assert_eq!(changed.expect(200)["pending_email"]["email"], json!(new));
    let closed = by_passkey(&ana, &mut passkey, Method::DELETE, "/v1/me", json!({})).await;
    closed.expect(202);
}

#[tokio::test]
async fn a_passkey_stands_for_the_code_too() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let path = "/v1/me/second-factor";
    let begun = by_passkey(&ana, &mut passkey, Method::POST, path, json!({})).await;
    let mut app = Authenticator::new(&text(&begun.expect(201)["secret"]));
    let code = json!({"code": app.code().await});
    ana.post(&format!("{path}/confirmation"), code)
        .await
        .expect(200);
    // Without it the password takes a code.
    let without = send(&ana, Method::DELETE, path, &json!({"password": PASSWORD})).await;
    assert_eq!(without.body["errors"][0]["field"], "code", "{without:?}");
    let codes = format!("{path}/recovery-codes");
    let made = by_passkey(&ana, &mut passkey, Method::POST, &codes, json!({})).await;
    assert_eq!(made.expect(201)["recovery_codes"].as_array().map(Vec::len), Some(10));
    let ended = by_passkey(&ana, &mut passkey, Method::DELETE, path, json!({})).await;
    ended.expect(204);
    Person::anonymous(&system).sign_in(&email).await.expect(201);
}

#[tokio::test]
async fn a_passkey_makes_a_key() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let anyone = Person::anonymous(&system);
    let credential = passkey.sign(&challenge(&anyone).await);
    let mut body = json!({"credential": credential, "name": "Backup", "scopes": ["read"]});
    // The browser has offered a passkey of another account than the one on the page.
    let (ben, _) = super::ana(&system).await;
    body["user"] = ben.id().await.into();
    let refused = anyone.post("/v1/sessions/passkey", body.clone()).await;
    assert_eq!(refused.body["errors"][0]["field"], "user", "{refused:?}");
    body["user"] = ana.id().await.into();
    let key = anyone.post("/v1/sessions/passkey", body).await.expect(201);
    assert_eq!((&key["name"], &key["scopes"]), (&json!("Backup"), &json!(["read"])));
    let program = anyone.with(&text(&key["token"]));
    program.get("/v1/me").await.expect(200);
    program
        .post("/v1/albums", json!({"title": "No"}))
        .await
        .problem(403);
}

#[tokio::test]
async fn what_confirms_logs_nobody_in_and_what_logs_in_confirms_nothing() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let (ben, _) = super::ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let (mut of_ben, _) = added(&ben).await;
    let anyone = Person::anonymous(&system);
    let confirming = confirmation(&ana, &mut passkey).await;
    log_in(&anyone, &confirming).await.problem(401);

    let logging_in = passkey.sign(&challenge(&anyone).await);
    let for_ben = format!("/v1/sessions/passkey?user={}", ben.id().await);
    let for_ben = anyone.get(&for_ben).await.expect(200);
    let mut careless = passkey.clone();
    careless.verifies = false;
    let wrong = [
        ("a log-in's challenge", logging_in),
        ("another's challenge", passkey.sign(&for_ben)),
        ("another's passkey", confirmation(&ana, &mut of_ben).await),
        ("nobody was verified", confirmation(&ana, &mut careless).await),
    ];
    for (what, credential) in wrong {
        let body = json!({"password": OTHER, "passkey": credential});
        is_refused(send(&ana, Method::PATCH, "/v1/me", &body).await, what);
    }
    let both = json!({"password": PASSWORD, "passkey": confirmation(&ana, &mut passkey).await});
    is_refused(send(&ana, Method::DELETE, "/v1/me", &both).await, "both");
    let neither = send(&ana, Method::DELETE, "/v1/me", &json!({})).await;
    assert_eq!(neither.body["errors"][0]["field"], "password", "{neither:?}");
    // Whatever was wrong has not kept the passkey from the account.
    let body = json!({"password": OTHER});
    let changed = by_passkey(&ana, &mut passkey, Method::PATCH, "/v1/me", body).await;
    changed.expect(200);
}

#[tokio::test]
async fn a_confirmation_is_good_once_and_is_not_used_by_what_is_refused() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let credential = confirmation(&ana, &mut passkey).await;
    let weak = json!({"password": "password1234", "passkey": credential});
    let refused = send(&ana, Method::PATCH, "/v1/me", &weak).await;
    assert_eq!(refused.body["errors"][0]["field"], "password", "{refused:?}");
    let good = json!({"password": OTHER, "passkey": credential});
    for _ in 0..2 {
        // The same request, sent again.
        send(&ana, Method::PATCH, "/v1/me", &good).await.expect(200);
    }
    let other = json!({"email": address(), "passkey": credential});
    is_refused(send(&ana, Method::PATCH, "/v1/me", &other).await, "used");
    let close = json!({"passkey": credential});
    is_refused(send(&ana, Method::DELETE, "/v1/me", &close).await, "used elsewhere");
}

/// Somebody whom single sign-on has made has none, and sets one.
#[tokio::test]
async fn who_has_no_password_confirms_by_a_passkey() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let user: UserId = ana.id().await.parse().expect("an id");
    let taken = sqlx::query("UPDATE users SET password_hash = '' WHERE id = ?")
        .bind(user.uuid())
        .execute(&mut accounts(&system, user.shard()).await)
        .await;
    taken.expect("an account without a password");
    assert_eq!(ana.get("/v1/me").await.expect(200)["has_password"], false);
    let body = json!({"password": PASSWORD});
    let set = by_passkey(&ana, &mut passkey, Method::PATCH, "/v1/me", body).await;
    set.expect(200);
    Person::anonymous(&system).sign_in(&email).await.expect(201);
}

/// Another one's passkey may be removed meanwhile; a code that is sent beside it is looked at by
/// nobody.
#[tokio::test]
async fn a_passkey_that_was_removed_confirms_nothing() {
    let ana = CarefulPerson::new(&System::shared()).await;
    let person = &ana.person;
    let mut stray = SoftPasskey::new(&person.system.origin);
    let credential = confirmation(person, &mut stray).await;
    let body = json!({"passkey": credential});
    is_refused(send(person, Method::DELETE, "/v1/me", &body).await, "no passkey of theirs");
}

#[tokio::test]
async fn a_change_that_a_passkey_confirms_is_gone_on_with_wherever_it_was_killed() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    for _ in 0..=DEATHS {
        let (ana, email) = ana(&system).await;
        let (mut passkey, _) = added(&ana).await;
        let token = ana.token().expect("a token").to_owned();
        let credential = confirmation(&ana, &mut passkey).await;
        let asked = BrowserRequest {
            cookies: format!("__Host-session={token}"),
            body: Some(json!({"password": OTHER, "passkey": credential})),
            ..BrowserRequest::default()
        };
        let dying = update_me(&system);
        deaths.run(dying.ask(&asked)).await;
        update_me(&system).ask(&asked).await.expect(200);
        let log_in = json!({"email": email, "password": OTHER});
        let anyone = Person::anonymous(&system);
        anyone.post("/v1/sessions", log_in).await.expect(201);
        let other = json!({"password": PASSWORD, "passkey": credential});
        is_refused(send(&ana, Method::PATCH, "/v1/me", &other).await, "used");
    }
    deaths.assert_happened();
}
