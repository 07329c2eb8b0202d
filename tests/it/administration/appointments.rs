//! Administrators whom another one makes, or unmakes.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    ApiResponse, OwnSystem, Person, System,
    authenticator::CarefulPerson,
    mailbox::{count_mails, mail_to},
    person::{PASSWORD, address, appoint, text},
};

use super::{Known, acts, done_by, restore, suspend};

pub(super) const MADE: &str = "You are an administrator now";
const UNMADE: &str = "You are no administrator any more";
const HAS_MADE: &str = "You have made somebody an administrator";
const HAS_UNMADE: &str = "You have taken administration from somebody";

async fn change(administrator: &Person, path: &str, body: &Value) -> ApiResponse {
    administrator
        .ask(Method::PATCH, path, &[], Some(body.to_string()))
        .await
}

fn asked(administrator: bool) -> Value {
    json!({"administrator": administrator, "password": PASSWORD})
}

/// Returns the field that was refused, and what was said of it.
#[track_caller]
pub(super) fn refusal(answer: ApiResponse) -> (String, String) {
    let error = answer.body["errors"][0].clone();
    assert_eq!(answer.problem(422), "/problems/invalid");
    (text(&error["field"]), text(&error["detail"]))
}

/// Somebody who is verified, so that they may be made an administrator.
async fn verified(system: &System) -> Known {
    let known = Known::new(system).await;
    known.person.verified().await;
    known
}

#[tokio::test]
async fn an_administrator_makes_another_and_takes_it_back() {
    let system = System::shared();
    let ana = Known::new(&system).await;
    appoint(&system, &ana.id).await;
    let ben = verified(&system).await;
    ben.person.get("/v1/accounts?limit=1").await.problem(403);
    let made = change(&ana.person, &ben.path(), &asked(true))
        .await
        .expect(200);
    text(&made["administrator_since"]);
    ben.person.get("/v1/accounts?limit=1").await.expect(200);
    mail_to(&system, &ben.email, MADE).await;
    let mail = mail_to(&system, &ana.email, HAS_MADE).await;
    assert!(text(&mail["text"]).contains(&ben.email), "{mail}");
    // Asked for again, it stays as it is, and nobody is told twice.
    let again = change(&ana.person, &ben.path(), &asked(true))
        .await
        .expect(200);
    assert_eq!(again, made);

    // The other way round, too: nobody but themself is out of reach.
    ben.person.get("/v1/accounts?limit=1").await.expect(200);
    let taken = change(&ana.person, &ben.path(), &asked(false))
        .await
        .expect(200);
    assert_eq!(taken["administrator_since"], Value::Null);
    let refused = ben.person.get("/v1/accounts?limit=1").await;
    assert_eq!(refused.problem(403), "/problems/not-an-administrator", "the same session, at once");
    let refused = change(&ben.person, &ana.path(), &asked(false)).await;
    assert_eq!(refused.problem(403), "/problems/not-an-administrator");
    let me = ben.person.get("/v1/me").await.expect(200);
    assert_eq!(me["administrator"], false);
    mail_to(&system, &ben.email, UNMADE).await;
    mail_to(&system, &ana.email, HAS_UNMADE).await;
    assert_eq!(count_mails(&system, &ben.email, MADE).await, 1);
    change(&ana.person, &ben.path(), &asked(false))
        .await
        .expect(200);

    let rows = acts(&ben.person, "update-account").await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    done_by(&rows, &ana.id);
    let given: Vec<_> = rows
        .iter()
        .map(|row| &row["context"]["administrator"])
        .collect();
    assert!(given.contains(&&json!(true)) && given.contains(&&json!(false)), "{rows:?}");
}

#[tokio::test]
async fn it_takes_the_own_password_and_a_code() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    appoint(&system, &ana.person.id().await).await;
    let ben = verified(&system).await;
    let path = ben.path();
    let without = change(&ana.person, &path, &json!({"administrator": true})).await;
    assert_eq!(refusal(without).0, "password");
    let body = json!({"administrator": true, "password": "another quiet lighthouse"});
    assert_eq!(refusal(change(&ana.person, &path, &body).await).0, "password");
    assert_eq!(refusal(change(&ana.person, &path, &asked(true)).await).0, "code");
    let mut body = asked(true);
    body["code"] = ana.app.wrong().into();
    assert_eq!(refusal(change(&ana.person, &path, &body).await).0, "code");
    ben.person.get("/v1/accounts?limit=1").await.problem(403);

    body["code"] = ana.recovery_code().into();
    change(&ana.person, &path, &body).await.expect(200);
    // Repeated as it was, it finds its own code, and that it was done.
    change(&ana.person, &path, &body).await.expect(200);
    ben.person.get("/v1/accounts?limit=1").await.expect(200);
    // For another request the code was used.
    body["administrator"] = false.into();
    assert_eq!(refusal(change(&ana.person, &path, &body).await).0, "code");
    body["code"] = ana.app.code().await.into();
    change(&ana.person, &path, &body).await.expect(200);
    // What opens nothing takes neither.
    suspend(&ana.person, &path, true).await.expect(200);
}

#[tokio::test]
async fn an_account_that_may_not_be_an_administrator_s_is_refused() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let ben = Known::new(&system).await;
    let (field, detail) = refusal(change(&administrator, &ben.path(), &asked(true)).await);
    assert_eq!(field, "administrator");
    assert!(detail.contains("verified"), "{detail}");
    ben.person.verified().await;

    let mut both = asked(true);
    both["suspended"] = true.into();
    let (field, _) = refusal(change(&administrator, &ben.path(), &both).await);
    assert_eq!(field, "administrator");
    ben.person.get("/v1/me").await.expect(200);
    suspend(&administrator, &ben.path(), true).await.expect(200);
    let (_, detail) = refusal(change(&administrator, &ben.path(), &asked(true)).await);
    assert!(detail.contains("resume it first"), "{detail}");
    // Resumed by the same request, it may be one.
    both["suspended"] = false.into();
    change(&administrator, &ben.path(), &both).await.expect(200);
    change(&administrator, &ben.path(), &asked(false))
        .await
        .expect(200);

    administrator.delete(&ben.path()).await.expect(202);
    let (_, detail) = refusal(change(&administrator, &ben.path(), &asked(true)).await);
    assert!(detail.contains("closing"), "{detail}");
    restore(&ben).await.expect(204);
    change(&administrator, &ben.path(), &asked(true))
        .await
        .expect(200);
}

#[tokio::test]
async fn nobody_takes_it_from_themself_and_nobody_else_gives_it() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let own = format!("/v1/accounts/{}", administrator.id().await);
    for given in [true, false] {
        let refused = change(&administrator, &own, &asked(given)).await;
        assert_eq!(refused.problem(403), "/problems/not-allowed");
    }
    let ben = verified(&system).await;
    let refused = change(&ben.person, &ben.path(), &asked(true)).await;
    assert_eq!(refused.problem(403), "/problems/not-an-administrator");
    administrator.get("/v1/accounts?limit=1").await.expect(200);
}

#[tokio::test]
async fn where_no_mail_is_sent_nobody_has_to_be_verified() {
    let own = OwnSystem::start(&["MailFrom=", "LoginsPerMinute=1000"]).await;
    let system = own.system();
    let administrator = Person::administrator(&system).await;
    let ben = Known::new(&system).await;
    change(&administrator, &ben.path(), &asked(true))
        .await
        .expect(200);
    ben.person.get("/v1/accounts?limit=1").await.expect(200);
}

/// Of an address that is nobody's, there is nothing to make.
#[tokio::test]
async fn who_is_not_there_is_made_nothing() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let path = "/v1/accounts/user_01h2xcejqtf2nbrexx3vqjhp41";
    let refused = change(&administrator, path, &asked(true)).await;
    assert_eq!(refused.problem(404), "/problems/not-found");
    let path = format!("/v1/accounts/{}", address());
    let refused = change(&administrator, &path, &asked(true)).await;
    refused.problem(404);
}
