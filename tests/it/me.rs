//! `/v1/me` and keys: changing, closing and keeping an account, and what a key is good for.

use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    OwnSystem, Person, System,
    person::{ApiResponse, PASSWORD, address, text},
    system::{addresses_of, hot},
};

const OTHER: &str = "seven violet harbour lanterns";

async fn signed_up(system: &System) -> (Person, String) {
    let anyone = Person::anonymous(system);
    let email = address();
    anyone.sign_up(&email).await.expect(201);
    let token = text(&anyone.sign_in(&email).await.expect(201)["token"]);
    (anyone.with(&token), email)
}

async fn log_in(person: &Person, email: &str, password: &str) -> ApiResponse {
    person
        .post("/v1/sessions", json!({"email": email, "password": password}))
        .await
}

async fn change(person: &Person, body: Value) -> ApiResponse {
    person
        .ask(Method::PATCH, "/v1/me", &[], Some(body.to_string()))
        .await
}

#[tokio::test]
async fn a_name_is_changed_by_whoever_has_seen_the_newest() {
    let ana = Person::new(&System::shared()).await;
    let tag = ana.get("/v1/me").await.headers["etag"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(change(&ana, json!({"name": " Ana B. "})).await.expect(200)["name"], "Ana B.");
    let body = Some(json!({"name": "Ana C."}).to_string());
    let late = ana
        .ask(Method::PATCH, "/v1/me", &[("if-match", &tag)], body)
        .await;
    assert_eq!(late.problem(412), "/problems/changed");
    assert_eq!(ana.get("/v1/me").await.expect(200)["name"], "Ana B.");
}

#[tokio::test]
async fn another_name_refuses_nobody_who_logs_in_meanwhile() {
    let (ana, email) = signed_up(&System::shared()).await;
    let anyone = Person::anonymous(&System::shared());
    for number in 0..6 {
        let (changed, begun) = tokio::join!(
            change(&ana, json!({"name": format!("Ana {number}")})),
            log_in(&anyone, &email, PASSWORD)
        );
        changed.expect(200);
        begun.expect(201);
    }
}

/// Nobody could confirm an address without mail, so another one counts at once.
#[tokio::test]
async fn without_mail_another_address_counts_at_once() {
    let own = OwnSystem::start(&["MailFrom=", "LoginsPerMinute=100000"]).await;
    let system = own.system();
    a_new_address_frees_the_old_one(&system).await;
    a_change_that_comes_too_late_keeps_no_address(&system).await;
    one_address_asked_for_twice_is_kept(&system).await;
}

async fn a_new_address_frees_the_old_one(system: &System) {
    let (ana, old) = signed_up(system).await;
    let (_, taken) = signed_up(system).await;
    let new = address();
    let without = change(&ana, json!({"email": new})).await;
    assert_eq!(without.body["errors"][0]["field"], "current_password");
    without.expect(422);
    let wrong = change(&ana, json!({"email": new, "current_password": OTHER})).await;
    assert_eq!(wrong.body["errors"][0]["field"], "current_password");
    let answer = change(&ana, json!({"email": taken, "current_password": PASSWORD})).await;
    assert_eq!(answer.problem(409), "/problems/email-taken");
    let changed = change(&ana, json!({"email": new, "current_password": PASSWORD})).await;
    let changed = changed.expect(200);
    assert_eq!((&changed["email"], &changed["pending_email"]), (&json!(new), &Value::Null));
    assert_eq!(ana.get("/v1/me").await.expect(200)["email_verified_at"], Value::Null);
    let anyone = Person::anonymous(system);
    log_in(&anyone, &new, PASSWORD).await.expect(201);
    assert_eq!(log_in(&anyone, &old, PASSWORD).await.problem(401), "/problems/wrong-credentials");
    anyone.sign_up(&old).await.expect(201);
}

/// Of changes at the same instant one happens; the addresses of the others are anybody's.
async fn a_change_that_comes_too_late_keeps_no_address(system: &System) {
    let (ana, old) = signed_up(system).await;
    let id = ana.id().await;
    let wanted: Vec<_> = (0..6).map(|_| address()).collect();
    let changes = wanted
        .iter()
        .map(|email| change(&ana, json!({"email": email, "current_password": PASSWORD})));
    let answers = join_all(changes).await;
    assert!(
        answers
            .iter()
            .all(|answer| [200, 412].contains(&answer.status)),
        "{answers:?}"
    );
    let now = text(&ana.get("/v1/me").await.expect(200)["email"]);
    assert!(wanted.contains(&now), "{now}");
    assert_eq!(addresses_of(system, &id).await, [now.as_str()], "no other is reserved");
    let anyone = Person::anonymous(system);
    for email in wanted.iter().chain([&old]).filter(|email| **email != now) {
        assert_ne!(text(&anyone.sign_up(email).await.expect(201)["id"]), id);
    }
    log_in(&anyone, &now, PASSWORD).await.expect(201);
}

/// Asked for the same address at once, it is theirs whichever is first.
async fn one_address_asked_for_twice_is_kept(system: &System) {
    let (ana, _) = signed_up(system).await;
    let new = address();
    let body = json!({"email": new, "current_password": PASSWORD});
    join_all((0..6).map(|_| change(&ana, body.clone()))).await;
    assert_eq!(ana.get("/v1/me").await.expect(200)["email"], json!(new));
    assert_eq!(addresses_of(system, &ana.id().await).await, [new.as_str()]);
    let other_case = json!({"email": new.replace("ana", "Ana"), "current_password": PASSWORD});
    change(&ana, other_case).await.expect(200);
    assert_eq!(addresses_of(system, &ana.id().await).await, [new]);
}

/// An address whose reservation was left behind opens nothing, nor does it keep an account.
#[tokio::test]
async fn an_address_that_the_account_has_not_restores_nothing() {
    let system = System::shared();
    let (ana, email) = signed_up(&system).await;
    let left = address();
    let id = ana.id().await;
    let item = [("pk", format!("EMAIL#{left}")), ("sk", "~".to_owned()), ("user", id)];
    let item = item.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
    let put = hot(&system)
        .put_item()
        .table_name(system.variable("HOT_TABLE"));
    put.set_item(Some(item.into()))
        .send()
        .await
        .expect("a reservation");
    ana.ask(Method::DELETE, "/v1/me", &[], Some(json!({"password": PASSWORD}).to_string()))
        .await
        .expect(202);
    let anyone = Person::anonymous(&system);
    let restore = async |email: &str| {
        anyone
            .post("/v1/me/restore", json!({"email": email, "password": PASSWORD}))
            .await
    };
    assert_eq!(restore(&left).await.problem(401), "/problems/wrong-credentials");
    assert_eq!(log_in(&anyone, &left, PASSWORD).await.problem(401), "/problems/wrong-credentials");
    restore(&email).await.expect(204);
}

/// A link must not go on showing what its owner has asked to be deleted.
#[tokio::test]
async fn links_end_with_an_account_that_closes() {
    let system = System::shared();
    let (ana, email) = signed_up(&system).await;
    let anyone = Person::anonymous(&system);
    let mut paths = Vec::new();
    for title in ["Summer", "Winter"] {
        let album = ana.album(title).await;
        for body in [json!({}), json!({"password": PASSWORD, "allow_upload": true})] {
            paths.push(text(
                &ana.post(&format!("/v1/albums/{album}/shares"), body)
                    .await
                    .expect(201)["path"],
            ));
        }
    }
    anyone.get(&paths[0]).await.expect(200);
    ana.ask(Method::DELETE, "/v1/me", &[], Some(json!({"password": PASSWORD}).to_string()))
        .await
        .expect(202);
    for path in &paths {
        anyone.get(path).await.expect(404);
    }
    anyone
        .post(&format!("{}/unlock", paths[1]), json!({"password": PASSWORD}))
        .await
        .expect(404);
    anyone
        .post("/v1/me/restore", json!({"email": email, "password": PASSWORD}))
        .await
        .expect(204);
    anyone.get(&paths[0]).await.expect(404);
}

#[tokio::test]
async fn a_new_password_ends_other_sessions() {
    let system = System::shared();
    let (ana, email) = signed_up(&system).await;
    let anyone = Person::anonymous(&system);
    let elsewhere =
        anyone.with(&text(&log_in(&anyone, &email, PASSWORD).await.expect(201)["token"]));
    let weak =
        change(&ana, json!({"password": "password1234", "current_password": PASSWORD})).await;
    assert_eq!(weak.body["errors"][0]["field"], "password");
    change(&ana, json!({"password": OTHER, "current_password": PASSWORD}))
        .await
        .expect(200);
    ana.get("/v1/me").await.expect(200);
    elsewhere.get("/v1/me").await.expect(401);
    log_in(&anyone, &email, PASSWORD).await.expect(401);
    log_in(&anyone, &email, OTHER).await.expect(201);
}

#[tokio::test]
async fn an_account_that_closes_is_locked_and_can_be_kept() {
    let system = System::shared();
    let (ana, email) = signed_up(&system).await;
    let wrong = ana
        .ask(Method::DELETE, "/v1/me", &[], Some(json!({"password": OTHER}).to_string()))
        .await;
    assert_eq!(wrong.body["errors"][0]["field"], "password");
    let closing = ana
        .ask(Method::DELETE, "/v1/me", &[], Some(json!({"password": PASSWORD}).to_string()))
        .await;
    assert!(text(&closing.expect(202)["deletes_at"]).ends_with('Z'));
    ana.get("/v1/me").await.expect(401);
    let anyone = Person::anonymous(&system);
    assert_eq!(log_in(&anyone, &email, PASSWORD).await.problem(403), "/problems/closing");
    assert_eq!(
        log_in(&anyone, &email, OTHER).await.problem(401),
        "/problems/wrong-credentials",
        "who does not know"
    );
    let restore = async |password| {
        anyone
            .post("/v1/me/restore", json!({"email": email, "password": password}))
            .await
    };
    restore(OTHER).await.expect(401);
    restore(PASSWORD).await.expect(204);
    restore(PASSWORD).await.expect(204);
    log_in(&anyone, &email, PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_key_is_good_for_its_scopes_until_it_ends() {
    let system = System::shared();
    let (ana, email) = signed_up(&system).await;
    let anyone = Person::anonymous(&system);
    let key = async |more: Value| {
        let mut body = json!({"email": email, "password": PASSWORD, "name": "Frame"});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        anyone.post("/v1/sessions", body).await
    };
    let made = key(json!({"scopes": ["read"], "expires_at": "2026-12-24T18:00:00Z"})).await;
    let made =
        if made.status == 422 { key(json!({"scopes": ["read"]})).await } else { made }.expect(201);
    assert_eq!((&made["name"], &made["scopes"]), (&json!("Frame"), &json!(["read"])));
    let frame = anyone.with(&text(&made["token"]));
    frame.get("/v1/albums").await.expect(200);
    assert_eq!(
        frame
            .post("/v1/albums", json!({"title": "x"}))
            .await
            .problem(403),
        "/problems/missing-scope"
    );
    assert_eq!(frame.get("/v1/sessions").await.problem(403), "/problems/missing-scope");
    for bad in [json!({"scopes": []}), json!({"scopes": ["all"]})] {
        let answer = key(bad).await;
        assert_eq!(answer.body["errors"][0]["field"], "scopes");
    }
    for bad in ["2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        let answer = key(json!({"expires_at": bad})).await;
        assert_eq!(answer.body["errors"][0]["field"], "expires_at", "{bad}");
    }
    ana.delete(&format!("/v1/sessions/{}", text(&made["id"])))
        .await
        .expect(204);
    frame.get("/v1/albums").await.expect(401);
}
