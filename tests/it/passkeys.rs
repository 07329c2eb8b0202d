//! Passkeys: added, used in place of password and code, named, removed.

use std::net::Ipv4Addr;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    authenticator::CarefulPerson,
    mailbox::{count_mails, mail_to},
    passkey::{SoftPasskey, add, added, begun, challenge, log_in, log_in_by},
    person::{PASSWORD, address, text},
};

mod confirmed;
mod forged;
mod killed;

const NEW: &str = "Your account has a new passkey";
const NEW_LOG_IN: &str = "Somebody has logged in to your account";
const REMOVED: &str = "A passkey of your account was removed";

/// Somebody who has just signed up and in, and their address.
async fn ana(system: &System) -> (Person, String) {
    let ana = Person::new(system).await;
    let email = text(&ana.get("/v1/me").await.expect(200)["email"]);
    (ana, email)
}

async fn passkeys(person: &Person) -> Vec<Value> {
    let list = person.get("/v1/me/passkeys").await.expect(200);
    list["items"].as_array().expect("passkeys").clone()
}

async fn rename(person: &Person, id: &str, name: &str) -> tests::ApiResponse {
    let path = format!("/v1/me/passkeys/{id}");
    let body = json!({"name": name}).to_string();
    person.ask(Method::PATCH, &path, &[], Some(body)).await
}

#[tokio::test]
async fn a_passkey_logs_in_without_a_password() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    assert_eq!(passkeys(&ana).await, Vec::<Value>::new());
    let (mut passkey, id) = added(&ana).await;
    let mail = mail_to(&system, &email, NEW).await;
    assert!(text(&mail["text"]).contains("“Telephone”"), "{mail}");

    let anyone = Person::anonymous(&system);
    for _ in 0..2 {
        let session = log_in_by(&anyone, &mut passkey).await.expect(201);
        assert_eq!(session["scopes"], json!(["read", "write", "account"]));
        let by_passkey = anyone.with(&text(&session["token"]));
        assert_eq!(by_passkey.id().await, ana.id().await);
    }
    let listed = passkeys(&ana).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["id"], json!(id));
    assert_eq!(listed[0]["synced"], json!(false));
    assert!(listed[0]["used_at"].is_string(), "{listed:?}");
    assert_eq!(listed[0].as_object().map(serde_json::Map::len), Some(5), "{listed:?}");
}

#[tokio::test]
async fn a_log_in_by_a_passkey_from_another_network_is_told() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let elsewhere = Person::elsewhere(&system, Ipv4Addr::new(127, 0, 7, 2).into());
    log_in_by(&elsewhere, &mut passkey).await.expect(201);
    mail_to(&system, &email, NEW_LOG_IN).await;
}

#[tokio::test]
async fn a_page_gets_a_cookie_and_gives_its_former_one_up() {
    let (ana, _) = ana(&System::shared()).await;
    let (mut passkey, _) = added(&ana).await;
    let anyone = Person::anonymous(&ana.system);
    let mut cookie = String::new();
    for _ in 0..2 {
        let credential = passkey.sign(&challenge(&anyone).await);
        let body = json!({"credential": credential, "cookie": true}).to_string();
        let headers = [("cookie", cookie.as_str()), ("origin", ana.system.origin.as_str())];
        let begun = anyone
            .ask(Method::POST, "/v1/sessions/passkey", &headers, Some(body))
            .await;
        let set = begun.headers["set-cookie"]
            .to_str()
            .expect("text")
            .to_owned();
        assert_eq!(begun.expect(201).get("token"), None);
        cookie = set.split(';').next().expect("a cookie").to_owned();
        assert!(cookie.starts_with("__Host-session="), "{set}");
    }
    let sessions = ana.get("/v1/sessions").await.expect(200);
    assert_eq!(sessions["items"].as_array().map(Vec::len), Some(2), "{sessions}");
}

#[tokio::test]
async fn a_passkey_takes_password_and_code_and_then_stands_for_both() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let path = "/v1/me/passkeys/challenge";
    let wrong = json!({"password": "another quiet lighthouse", "code": ana.recovery_code()});
    let refused = ana.person.post(path, wrong).await;
    assert_eq!(refused.body["errors"][0]["field"], "password", "{refused:?}");
    let without = ana.person.post(path, json!({"password": PASSWORD})).await;
    assert_eq!(without.body["errors"][0]["field"], "code", "{without:?}");
    let code = ana.recovery_code();
    let body = json!({"password": PASSWORD, "code": code});
    let options = ana.person.post(path, body).await.expect(200);
    let mut passkey = SoftPasskey::new(&system.origin);
    let credential = passkey.make(&options);
    add(&ana.person, &credential).await.expect(201);

    assert_eq!(ana.log_in(None).await.problem(401), "/problems/second-factor-needed");
    let anyone = Person::anonymous(&system);
    log_in_by(&anyone, &mut passkey).await.expect(201);
}

#[tokio::test]
async fn options_name_the_account_and_its_passkeys_to_its_owner_alone() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (passkey, _) = added(&ana).await;
    let options = begun(&ana).await;
    assert_eq!(options["rp"]["id"], json!(passkey.site));
    assert_eq!(options["user"]["name"], json!(email));
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    let excluded = json!([{
        "type": "public-key", "id": tests::passkey::encode(&passkey.id),
        "transports": ["hybrid", "internal"],
    }]);
    assert_eq!(options["excludeCredentials"], excluded);

    let anyone = Person::anonymous(&system);
    let [first, second] = [challenge(&anyone).await, challenge(&anyone).await];
    assert_ne!(first["challenge"], second["challenge"]);
    let mut names: Vec<_> = first.as_object().expect("options").keys().collect();
    names.sort();
    assert_eq!(names, ["challenge", "rpId", "timeout", "userVerification"]);
}

#[tokio::test]
async fn a_passkey_is_renamed_and_removed() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, id) = added(&ana).await;
    let stranger = Person::new(&system).await;
    let path = format!("/v1/me/passkeys/{id}");
    assert_eq!(rename(&stranger, &id, "Mine").await.problem(404), "/problems/not-found");
    assert_eq!(stranger.delete(&path).await.problem(404), "/problems/not-found");
    let renamed = rename(&ana, &id, " Key ring ").await.expect(200);
    assert_eq!(renamed["name"], passkeys(&ana).await[0]["name"]);
    let bad = rename(&ana, &id, "a\u{0}b").await;
    assert_eq!(bad.body["errors"][0]["field"], "name", "{bad:?}");

    let anyone = Person::anonymous(&system);
    let session = log_in_by(&anyone, &mut passkey).await.expect(201);
    ana.delete(&path).await.expect(204);
    assert_eq!(ana.delete(&path).await.problem(404), "/problems/not-found");
    let refused = log_in_by(&anyone, &mut passkey).await;
    assert_eq!(refused.problem(401), "/problems/wrong-credentials");
    // What it has begun is ended where sessions are.
    let by_passkey = anyone.with(&text(&session["token"]));
    by_passkey.get("/v1/me").await.expect(200);
    mail_to(&system, &email, REMOVED).await;
    assert_eq!(count_mails(&system, &email, REMOVED).await, 1);
}

#[tokio::test]
async fn what_is_done_with_passkeys_stands_in_the_record() {
    let (ana, _) = ana(&System::shared()).await;
    let (mut passkey, id) = added(&ana).await;
    rename(&ana, &id, "Key ring").await.expect(200);
    log_in_by(&Person::anonymous(&ana.system), &mut passkey)
        .await
        .expect(201);
    let path = format!("/v1/me/passkeys/{id}");
    ana.delete(&path).await.expect(204);
    let record = ana.get("/v1/me/activity").await.expect(200);
    let done: Vec<_> = record["items"]
        .as_array()
        .expect("a record")
        .iter()
        .collect();
    for action in ["create-passkey", "update-passkey", "delete-passkey"] {
        let row = done.iter().find(|row| row["action"] == action);
        let row = row.unwrap_or_else(|| panic!("{action} is not in {record}"));
        assert_eq!(row["subject"], json!(id), "{row}");
    }
    assert!(
        done.iter()
            .any(|row| row["action"] == "create-passkey-session"),
        "{record}"
    );
}

#[tokio::test]
async fn an_account_has_twenty_passkeys_at_most() {
    let (ana, _) = ana(&System::shared()).await;
    let mut credentials = Vec::new();
    for _ in 0..22 {
        let options = begun(&ana).await;
        credentials.push(SoftPasskey::new(&ana.system.origin).make(&options));
    }
    let answers = join_all(credentials.iter().map(|credential| add(&ana, credential))).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    let count = |status| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((count(201), count(409)), (20, 2), "{statuses:?}");
    assert_eq!(passkeys(&ana).await.len(), 20);
    let body = json!({"password": PASSWORD});
    let full = ana.post("/v1/me/passkeys/challenge", body).await;
    assert_eq!(full.problem(409), "/problems/full");
}

#[tokio::test]
async fn a_replaced_password_ends_all_passkeys_and_a_changed_one_none() {
    let system = System::shared();
    let (ana, email) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    // What was begun before the change is worth nothing after it.
    let late = SoftPasskey::new(&system.origin).make(&begun(&ana).await);
    let other = "seven violet harbour lanterns";
    let body = json!({"password": other, "current_password": PASSWORD}).to_string();
    let changed = ana.ask(Method::PATCH, "/v1/me", &[], Some(body)).await;
    changed.expect(200);
    let refused = add(&ana, &late).await;
    assert_eq!(refused.body["errors"][0]["field"], "credential", "{refused:?}");
    let anyone = Person::anonymous(&system);
    log_in_by(&anyone, &mut passkey).await.expect(201);

    let body = json!({"email": email});
    anyone.post("/v1/password-resets", body).await.expect(204);
    let token = tests::mailbox::token_to(&system, &email, "Choose a new password").await;
    let body = json!({"token": token, "password": PASSWORD});
    anyone.post("/v1/passwords", body).await.expect(204);
    let refused = log_in_by(&anyone, &mut passkey).await;
    assert_eq!(refused.problem(401), "/problems/wrong-credentials");
    let session = anyone.sign_in(&email).await.expect(201);
    assert_eq!(passkeys(&anyone.with(&text(&session["token"]))).await.len(), 0);
}

#[tokio::test]
async fn a_passkey_opens_no_account_that_is_suspended_or_closing() {
    let system = System::shared();
    let (ana, _) = ana(&system).await;
    let (mut passkey, _) = added(&ana).await;
    let anyone = Person::anonymous(&system);
    let administrator = Person::administrator(&system).await;
    let path = format!("/v1/accounts/{}", ana.id().await);
    for (suspended, status) in [(true, 403), (false, 201)] {
        let body = json!({"suspended": suspended}).to_string();
        let updated = administrator
            .ask(Method::PATCH, &path, &[], Some(body))
            .await;
        updated.expect(200);
        assert_eq!(log_in_by(&anyone, &mut passkey).await.status, status);
    }
    let session = log_in_by(&anyone, &mut passkey).await.expect(201);
    let ana = anyone.with(&text(&session["token"]));
    let body = json!({"password": PASSWORD}).to_string();
    ana.ask(Method::DELETE, "/v1/me", &[], Some(body))
        .await
        .expect(202);
    let closing = log_in_by(&anyone, &mut passkey).await;
    assert_eq!(closing.problem(403), "/problems/closing");
}

#[tokio::test]
async fn ten_log_ins_by_passkeys_a_minute() {
    let own = OwnSystem::start(&["LoginsPerMinute=10"]).await;
    let anyone = Person::anonymous(&own.system());
    let mut passkey = SoftPasskey::new(&anyone.system.origin);
    passkey.handle = uuid::Uuid::now_v7().as_bytes().to_vec();
    let options = challenge(&anyone).await;
    let mut refused = 0;
    for _ in 0..12 {
        let answer = log_in(&anyone, &passkey.sign(&options)).await;
        assert!(matches!(answer.status, 401 | 429), "{}", answer.body);
        refused += u32::from(answer.status == 429);
    }
    assert!(refused >= 1, "none was refused for their number");
    let email = address();
    assert_eq!(anyone.sign_in(&email).await.status, 429, "all log-ins are counted together");
}
