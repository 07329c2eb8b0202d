//! Administrators: how one becomes one, and what they do to accounts.

mod appointments;
mod claim;
mod clusters;
mod invitations_ended;
pub(crate) mod invitations_to_sign_up;
mod killed;
mod killed_acts;
mod quotas;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Albumen, ApiResponse, Person, System,
    mailbox::mail_to,
    person::{PASSWORD, address, text},
    photograph::jpeg,
};

use crate::guests::{ready, share};

/// Somebody with an account whose address is known.
struct Known {
    person: Person,
    email: String,
    id: String,
}

impl Known {
    async fn new(system: &System) -> Self {
        let person = Person::new(system).await;
        let me = person.get("/v1/me").await.expect(200);
        Self { person, email: text(&me["email"]), id: text(&me["id"]) }
    }

    fn path(&self) -> String {
        format!("/v1/accounts/{}", self.id)
    }
}

async fn suspend(administrator: &Person, path: &str, suspended: bool) -> ApiResponse {
    let body = json!({"suspended": suspended}).to_string();
    administrator
        .ask(Method::PATCH, path, &[], Some(body))
        .await
}

async fn restore(known: &Known) -> ApiResponse {
    let body = json!({"email": known.email, "password": PASSWORD});
    Person::anonymous(&known.person.system)
        .post("/v1/me/restore", body)
        .await
}

/// The rows of this action in a person's record, about their account.
async fn acts(person: &Person, action: &str) -> Vec<Value> {
    let page = person.get("/v1/me/activity?limit=100").await.expect(200);
    let mut rows = Vec::new();
    for row in page["items"].as_array().expect("items") {
        if row["action"] == action && row["subject_kind"] == "user" {
            rows.push(row.clone());
        }
    }
    rows
}

/// Holds that these rows say that this administrator did it.
#[track_caller]
fn done_by(rows: &[Value], administrator: &str) {
    for row in rows {
        assert_eq!(row["actor"], administrator, "{row}");
        assert_eq!(row["context"]["by"], "administrator", "{row}");
    }
}

fn names(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_suspended_account_opens_to_nobody_until_it_is_resumed() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let anyone = Person::anonymous(&system);
    let album = ana.person.album("Summer").await;
    let ben = ana.person.member(&album, "viewer").await;
    let link = share(&ana.person, &album, json!({})).await;
    anyone.get(&link).await.expect(200);

    let suspended = suspend(&administrator, &ana.path(), true).await.expect(200);
    text(&suspended["suspended_at"]);
    ana.person.get("/v1/me").await.problem(401);
    anyone.get(&link).await.problem(404);
    assert_eq!(anyone.sign_in(&ana.email).await.problem(403), "/problems/suspended");
    let wrong = json!({"email": ana.email, "password": "another quiet lighthouse"});
    let refused = anyone.post("/v1/sessions", wrong).await;
    assert_eq!(refused.problem(401), "/problems/wrong-credentials", "only its user is told");
    assert_eq!(restore(&ana).await.problem(403), "/problems/suspended");
    ben.get(&format!("/v1/albums/{album}")).await.expect(200);
    let again = suspend(&administrator, &ana.path(), true).await.expect(200);
    assert_eq!(again, suspended);

    let resumed = suspend(&administrator, &ana.path(), false)
        .await
        .expect(200);
    assert_eq!(resumed["suspended_at"], Value::Null);
    let session = anyone.sign_in(&ana.email).await.expect(201);
    let back = anyone.with(&text(&session["token"]));
    anyone.get(&link).await.problem(404);
    back.get(&format!("/v1/albums/{album}")).await.expect(200);
    let rows = acts(&back, "update-account").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    done_by(&rows, &administrator.id().await);
}

#[tokio::test]
async fn an_account_s_sessions_and_keys_are_ended() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let anyone = Person::anonymous(&system);
    let key = json!({"email": ana.email, "password": PASSWORD, "name": "backup"});
    let key = anyone.post("/v1/sessions", key).await.expect(201);
    let key = anyone.with(&text(&key["token"]));
    let sessions = format!("{}/sessions", ana.path());
    administrator.delete(&sessions).await.expect(204);
    for ended in [&ana.person, &key] {
        ended.get("/v1/me").await.problem(401);
    }
    administrator.delete(&sessions).await.expect(204);
    let session = anyone.sign_in(&ana.email).await.expect(201);
    let back = anyone.with(&text(&session["token"]));
    let rows = acts(&back, "end-account-sessions").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    done_by(&rows, &administrator.id().await);
}

#[tokio::test]
async fn a_closed_account_is_told_by_mail_and_may_be_kept() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let anyone = Person::anonymous(&system);
    let album = ana.person.album("Summer").await;
    let link = share(&ana.person, &album, json!({})).await;
    let closed = administrator.delete(&ana.path()).await.expect(202);
    let again = administrator.delete(&ana.path()).await.expect(202);
    assert_eq!(again, closed, "the first date stands");
    ana.person.get("/v1/me").await.problem(401);
    anyone.get(&link).await.problem(404);
    assert_eq!(anyone.sign_in(&ana.email).await.problem(403), "/problems/closing");
    let mail = mail_to(&system, &ana.email, "Your account was closed by an administrator").await;
    let at = text(&closed["deletes_at"]).replace('T', " ");
    assert!(text(&mail["text"]).contains(&at[..16]), "{mail}");

    suspend(&administrator, &ana.path(), true).await.expect(200);
    assert_eq!(restore(&ana).await.problem(403), "/problems/suspended");
    suspend(&administrator, &ana.path(), false)
        .await
        .expect(200);
    restore(&ana).await.expect(204);
    let session = anyone.sign_in(&ana.email).await.expect(201);
    let back = anyone.with(&text(&session["token"]));
    let rows = acts(&back, "close-account").await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    done_by(&rows, &administrator.id().await);
}

#[tokio::test]
async fn nobody_does_it_to_themself() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let path = format!("/v1/accounts/{}", administrator.id().await);
    for suspended in [true, false] {
        let refused = suspend(&administrator, &path, suspended).await;
        assert_eq!(refused.problem(403), "/problems/not-allowed");
    }
    let refused = administrator.delete(&path).await;
    assert_eq!(refused.problem(403), "/problems/not-allowed");
    administrator.get("/v1/me").await.expect(200);
}

#[tokio::test]
async fn who_is_no_administrator_any_more_is_refused_at_once() {
    let system = System::shared();
    let first = Person::administrator(&system).await;
    let second = Person::administrator(&system).await;
    first.get("/v1/accounts?limit=1").await.expect(200);
    let me = first.get("/v1/me").await.expect(200);
    assert_eq!(me["administrator"], true);
    let path = format!("/v1/accounts/{}", text(&me["id"]));
    suspend(&second, &path, true).await.expect(200);
    first.get("/v1/accounts?limit=1").await.problem(401);
    suspend(&second, &path, false).await.expect(200);
    let session = Person::anonymous(&system)
        .sign_in(&text(&me["email"]))
        .await
        .expect(201);
    let back = first.with(&text(&session["token"]));
    back.get("/v1/accounts?limit=1").await.expect(200);
}

/// An administrator is told what is named here, and nothing of what is in the account.
#[tokio::test]
async fn an_account_is_found_by_its_address_and_shown_without_what_it_keeps() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ana = Known::new(&system).await;
    let album = ana.person.album("Nobody else's").await;
    ready(&ana.person, &album, &jpeg(30, 20, 7)).await;
    let find = async |email: &str| {
        let found = administrator
            .get(&format!("/v1/accounts?email={email}"))
            .await;
        found.expect(200)["items"].clone()
    };
    let found = find(&ana.email.to_uppercase()).await;
    assert_eq!(found[0]["id"], ana.id.as_str());
    assert_eq!(find(&address()).await, json!([]));
    let refused = administrator.get("/v1/accounts?email=nobody").await;
    assert_eq!(refused.problem(422), "/problems/invalid");

    let account = administrator.get(&ana.path()).await.expect(200);
    let mut known = names(&found[0]);
    assert_eq!(
        known,
        BTreeSet::from([
            "id",
            "name",
            "email",
            "email_verified_at",
            "created_at",
            "deletes_at",
            "suspended_at",
            "administrator_since",
        ])
    );
    known.extend(["second_factor", "usage", "quota"]);
    assert_eq!(names(&account), known);
    assert_eq!(account["usage"]["photos"], 1);
    assert_eq!(account["second_factor"], false);
    administrator
        .get(&format!("/v1/albums/{album}"))
        .await
        .problem(404);
}

#[tokio::test]
async fn the_list_has_every_account_once_newest_first() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let mut known = Vec::new();
    for _ in 0..5 {
        known.push(Person::new(&system).await.id().await);
    }
    let mut found: Vec<String> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = administrator
            .get(&format!("/v1/accounts?limit=200{cursor}"))
            .await
            .expect(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 200, "{}", items.len());
        found.extend(items.iter().map(|account| text(&account["id"])));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(found.is_sorted_by(|newer, older| newer > older), "none twice, in order");
    for id in &known {
        assert!(found.contains(id), "{id}");
    }
    let foreign = administrator
        .get("/v1/accounts?cursor=eyJ9.AAAAAAAAAAAAAAAA")
        .await;
    assert_eq!(foreign.problem(422), "/problems/invalid");
}

#[tokio::test]
async fn the_command_line_administers() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let albumen = Albumen::of(&administrator, &system);
    let ana = Known::new(&system).await;
    let run = |command: &str, account: &str| {
        let (code, lines) = albumen.run(&["admin", command, account]);
        assert_eq!(code, 0, "{lines:?}");
        lines[0].clone()
    };
    let shown = run("show", &ana.email);
    assert_eq!((&shown["id"], &shown["usage"]["photos"]), (&json!(ana.id), &json!(0)));
    assert_ne!(run("suspend", &ana.email)["suspended_at"], Value::Null);
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&ana.email).await.problem(403);
    assert_eq!(run("resume", &ana.id)["suspended_at"], Value::Null);
    anyone.sign_in(&ana.email).await.expect(201);
    assert_eq!(run("end-sessions", &ana.id)["id"], ana.id.as_str());
    let (code, lines) = albumen.run(&["admin", "quota", &ana.email, "3"]);
    assert_eq!((code, &lines[0]["quota"]["bytes"]), (0, &json!(3_000_000_000_u64)), "{lines:?}");
    let (code, lines) = albumen.run(&["admin", "quota", &ana.email, "usual"]);
    assert_eq!((code, &lines[0]["quota"]["own"]), (0, &json!(false)), "{lines:?}");
    let invited = address();
    let (code, lines) = albumen.run(&["admin", "invite", &invited]);
    assert_eq!((code, &lines[0]["email"]), (0, &json!(invited)), "{lines:?}");
    assert_ne!(run("close", &ana.email)["deletes_at"], Value::Null);
    let (code, lines) = albumen.run(&["admin", "list"]);
    assert_eq!(code, 0, "{lines:?}");
    assert!(lines.iter().any(|account| account["id"] == ana.id.as_str()));
    let (code, _) = albumen.run(&["admin", "show", "nobody@example.org"]);
    assert_eq!(code, 1, "there is none");
    let (code, _) = Albumen::of(&Person::new(&system).await, &system).run(&["admin", "list"]);
    assert_eq!(code, 5, "no administrator");
}
