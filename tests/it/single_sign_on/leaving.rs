//! The end of a link to a provider, and of the session there.

use reqwest::Method;
use serde_json::{Value, json};
use shared::{http::Signer, stores::Identities};
use tests::{
    ApiResponse, Person, System,
    in_process::BrowserRequest,
    kill_points::Deaths,
    mailbox::{count_mails, mail_to},
    person::{PASSWORD, address, text},
    system::env,
};

use super::{ISSUER, accounts::verified, completion, identity, me, refused, signed_on, subject};
use crate::update_me::update_me;

const UNLINKED: &str = "Single sign-on opens your account no more";
/// Number of places at which a request dies.
const DEATHS: usize = 8;

pub(super) async fn unlink(person: &Person, with: Value) -> ApiResponse {
    let mut body = json!({"identities": []});
    for (name, value) in with.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let body = Some(body.to_string());
    person.ask(Method::PATCH, "/v1/me", &[], body).await
}

/// Somebody with a password whose account an identity logs in to.
pub(super) async fn linked(system: &System, subject: &str, email: &str) -> Person {
    let ana = verified(system, email).await;
    signed_on(system, &identity(subject, email)).await;
    assert_eq!(me(&ana).await["identities"].as_array().map(Vec::len), Some(1));
    ana
}

#[tokio::test]
async fn a_link_is_ended_by_who_has_the_password() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = linked(&system, &subject, &email).await;
    let without = unlink(&ana, json!({})).await;
    assert_eq!(without.body["errors"][0]["field"], "current_password", "{without:?}");
    let wrong = unlink(&ana, json!({"current_password": "another one"})).await;
    assert_eq!(wrong.body["errors"][0]["field"], "current_password", "{wrong:?}");
    let body = json!({"identities": [ISSUER], "current_password": PASSWORD}).to_string();
    let some = ana.ask(Method::PATCH, "/v1/me", &[], Some(body)).await;
    assert_eq!(some.body["errors"][0]["field"], "identities", "{some:?}");
    assert_eq!(me(&ana).await["identities"].as_array().map(Vec::len), Some(1));

    for _ in 0..2 {
        unlink(&ana, json!({"current_password": PASSWORD}))
            .await
            .expect(200);
    }
    assert_eq!(me(&ana).await["identities"], json!([]));
    mail_to(&system, &email, UNLINKED).await;
    assert_eq!(count_mails(&system, &email, UNLINKED).await, 1);
    let activity = ana.get("/v1/me/activity").await.expect(200);
    let items = activity["items"].as_array().expect("a list");
    let unlinked = items
        .iter()
        .any(|item| item["context"]["unlinked"] == "single sign-on");
    assert!(unlinked, "{activity}");
    // The identity opens nothing more by itself, and another one of the same address may take its
    // place.
    let elsewhere = identity(&subject, &address());
    let function = completion(&system, "closed");
    assert_eq!(refused(&function, &elsewhere).await, "sign-up-refused");
    let another = signed_on(&system, &identity(&format!("{subject}-new"), &email)).await;
    assert_eq!(me(&another).await["id"], me(&ana).await["id"]);
}

#[tokio::test]
async fn who_has_no_password_stays_linked() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = signed_on(&system, &identity(&subject, &email)).await;
    let refused = unlink(&ana, json!({"current_password": PASSWORD})).await;
    assert_eq!(refused.body["errors"][0]["field"], "identities", "{refused:?}");
    assert_eq!(me(&ana).await["identities"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_administrator_by_a_claim_is_none_without_the_link() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = verified(&system, &email).await;
    let mut claimed = identity(&subject, &email);
    claimed.administrator = true;
    signed_on(&system, &claimed).await;
    assert_eq!(me(&ana).await["administrator"], true);
    unlink(&ana, json!({"current_password": PASSWORD}))
        .await
        .expect(200);
    assert_eq!(me(&ana).await["administrator"], false);
}

#[tokio::test]
async fn an_end_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let acting = system.acting_as("CompleteSingleSignOn");
    let hot = env(&acting, &acting.dynamodb);
    let identities = Identities::connect(&hot).expect("identities");
    let signer = Signer::connect(&hot).expect("a signer");
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (subject, email) = (subject(), address());
        let ana = linked(&system, &subject, &email).await;
        let token = ana.token().expect("a token").to_owned();
        let asked = BrowserRequest {
            cookies: format!("__Host-session={token}"),
            body: Some(json!({"identities": [], "current_password": PASSWORD})),
            ..BrowserRequest::default()
        };
        let dying = update_me(&system);
        deaths.run(dying.ask(&asked)).await;
        update_me(&system).ask(&asked).await.expect(200);
        assert_eq!(me(&ana).await["identities"], json!([]), "killed at {death}");
        let left = identities.find(&signer.identity(ISSUER, &subject)).await;
        assert_eq!(left.expect("an answer"), None, "killed at {death}");
        mail_to(&system, &email, UNLINKED).await;
        assert_eq!(count_mails(&system, &email, UNLINKED).await, 1, "killed at {death}");
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn a_session_that_began_at_a_provider_says_where_that_one_ends() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let there = "https://id.example/logout?client_id=albumen";
    let at_provider = || {
        let mut proven = identity(&subject, &email);
        proven.logout = Some(there.to_owned());
        proven
    };
    let ana = signed_on(&system, &at_provider()).await;
    let other = signed_on(&system, &at_provider()).await;
    let of_other = text(&me(&other).await["session"]);
    // Another device's session ends here alone.
    let elsewhere = ana.delete(&format!("/v1/sessions/{of_other}")).await;
    assert_eq!(elsewhere.expect(204), Value::Null);
    let own = text(&me(&ana).await["session"]);
    let ended = ana.delete(&format!("/v1/sessions/{own}")).await;
    assert_eq!(ended.expect(200)["address"], there);
    ana.get("/v1/me").await.problem(401);
    // A provider that ends no sessions, and a log-in by password.
    let nowhere = signed_on(&system, &identity(&subject, &email)).await;
    let own = text(&me(&nowhere).await["session"]);
    nowhere
        .delete(&format!("/v1/sessions/{own}"))
        .await
        .expect(204);
    let ben = Person::new(&system).await;
    let own = text(&me(&ben).await["session"]);
    ben.delete(&format!("/v1/sessions/{own}")).await.expect(204);
}
