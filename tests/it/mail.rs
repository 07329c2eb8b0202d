//! Mails that tell users what happened to their accounts.

use std::{net::Ipv4Addr, time::Duration};

use reqwest::Method;
use serde_json::json;
use shared::{
    domain::{
        UserId,
        mail::{MailCause, MailStopScope},
    },
    http::Signer,
    stores::MailStops,
};
use tests::{
    Person, System,
    mailbox::{count_mails, mail_to},
    person::{PASSWORD, address, text},
    system::{env, until},
};

use crate::invitations::INVITED;

mod workers;

const NEW_KEY: &str = "Your account has a new key";
const NEW_LOG_IN: &str = "Somebody has logged in to your account";
const CLOSED: &str = "Your account is closed";

/// Somebody who has signed up with this address, at home.
async fn signed_up(system: &System, email: &str) -> Person {
    let home = Person::anonymous(system);
    home.sign_up(email).await.expect(201);
    let session = home.sign_in(email).await.expect(201);
    home.with(&text(&session["token"]))
}

async fn make_key(person: &Person, email: &str, name: &str) {
    let key = json!({"email": email, "password": PASSWORD, "name": name});
    person.post("/v1/sessions", key).await.expect(201);
}

#[tokio::test]
async fn a_new_key_is_told_once_in_the_language_of_its_user() {
    let (system, email) = (System::shared(), address());
    let ana = signed_up(&system, &email).await;
    make_key(&Person::anonymous(&system), &email, "Backup <1>").await;
    let mail = mail_to(&system, &email, NEW_KEY).await;
    assert!(text(&mail["text"]).contains("“Backup <1>”"), "{mail}");
    assert!(text(&mail["html"]).contains("Backup &#60;1&#62;"), "{mail}");
    assert_eq!(mail["from"], "Albumen <mail@albumen.example>");
    assert_eq!(mail["headers"], json!([["Auto-Submitted", "auto-generated"]]));

    let language = json!({"language": "zh-Hant"}).to_string();
    let me = ana
        .ask(Method::PATCH, "/v1/me", &[], Some(language))
        .await
        .expect(200);
    assert_eq!(me["language"], "zh-Hant");
    make_key(&Person::anonymous(&system), &email, "Phone").await;
    mail_to(&system, &email, "您的帳號新增了一把金鑰").await;
    assert_eq!(count_mails(&system, &email, NEW_KEY).await, 1);
    assert_eq!(count_mails(&system, &email, NEW_LOG_IN).await, 0);

    let bad = json!({"language": "xx"}).to_string();
    ana.ask(Method::PATCH, "/v1/me", &[], Some(bad))
        .await
        .problem(422);
}

#[tokio::test]
async fn a_log_in_with_another_browser_from_another_network_is_told() {
    let (system, email) = (System::shared(), address());
    signed_up(&system, &email).await;
    let elsewhere = Person::elsewhere(&system, Ipv4Addr::new(127, 0, 7, 1).into());
    elsewhere.sign_in(&email).await.expect(201);
    mail_to(&system, &email, NEW_LOG_IN).await;
    // Known since.
    elsewhere.sign_in(&email).await.expect(201);
    make_key(&elsewhere, &email, "The last").await;
    mail_to(&system, &email, NEW_KEY).await;
    assert_eq!(count_mails(&system, &email, NEW_LOG_IN).await, 1);
}

#[tokio::test]
async fn an_account_that_closes_is_told() {
    let (system, email) = (System::shared(), address());
    let ana = signed_up(&system, &email).await;
    let password = json!({"password": PASSWORD}).to_string();
    let closing = ana
        .ask(Method::DELETE, "/v1/me", &[], Some(password))
        .await
        .expect(202);
    let mail = mail_to(&system, &email, CLOSED).await;
    let at = text(&closing["deletes_at"]).replace('T', " ");
    assert!(text(&mail["text"]).contains(&at[..16]), "{mail}");
}

#[tokio::test]
async fn an_address_from_which_mail_came_back_gets_no_more_and_its_owner_sees_why() {
    let system = System::shared();
    for (mailbox, reason) in [("bounce", "bounce"), ("complaint", "complaint")] {
        let unique = address();
        let (name, _) = unique.split_once('@').expect("an address");
        let email = format!("{mailbox}+{name}@simulator.amazonses.com");
        let ana = signed_up(&system, &email).await;
        // Sign-up has sent one.
        let stop = until("the address is stopped", Duration::from_secs(30), async || {
            let me = ana.get("/v1/me").await.expect(200);
            Some(me["mail_stopped"].clone()).filter(|stop| !stop.is_null())
        })
        .await;
        assert_eq!(stop["reason"], reason);

        make_key(&Person::anonymous(&system), &email, "Backup").await;
        let user: UserId = ana.id().await.parse().expect("an id");
        until("the second is settled", Duration::from_secs(30), async || {
            let outcomes = outcomes(&system, user).await;
            outcomes.contains(&Some("stopped".to_owned())).then_some(())
        })
        .await;
        assert_eq!(count_mails(&system, &email, NEW_KEY).await, 0);
    }
}

#[tokio::test]
async fn a_complaint_about_an_invitation_stops_invitations_alone() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let owner: UserId = ana.id().await.parse().expect("an id");
    let unique = address();
    let (name, _) = unique.split_once('@').expect("an address");
    let email = format!("complaint+{name}@simulator.amazonses.com");
    let acting = system.acting_as("SendMail");
    let env = env(&acting, &acting.dynamodb);
    let stops = MailStops::connect(&env).expect("stops");
    let signer = Signer::connect(&env).expect("a signer");
    let sum = signer.mail_stop(&email.clone().try_into().expect("an address"));
    let stop = async |scope| stops.find(&sum, scope).await.expect("an answer");
    let album = ana.album("Summer").await;
    ana.invite(&album, &email, "viewer").await.expect(201);
    until("invitations are stopped", Duration::from_secs(30), async || {
        stop(MailStopScope::Invitations).await
    })
    .await;
    ana.invite(&album, &email, "viewer").await.expect(201);
    until("the second is settled", Duration::from_secs(30), async || {
        let outcomes = outcomes(&system, owner).await;
        outcomes.contains(&Some("stopped".to_owned())).then_some(())
    })
    .await;
    assert_eq!(count_mails(&system, &email, INVITED).await, 1);

    // Whoever has the address is told of an account of their own all the same.
    assert_eq!(stop(MailStopScope::Everything).await, None);
    signed_up(&system, &email).await;
    mail_to(&system, &email, "Confirm your address").await;
}

/// Returns the outcomes of all mails to this user.
async fn outcomes(system: &System, user: UserId) -> Vec<Option<String>> {
    let mails = shared::stores::SentMails::connect(&env(system, &system.dynamodb)).expect("mails");
    let records = mails.of_user(user).await.expect("an answer");
    records.into_iter().map(|record| record.outcome).collect()
}

#[tokio::test]
async fn the_pages_show_what_was_kept() {
    let (system, email) = (System::shared(), address());
    signed_up(&system, &email).await;
    make_key(&Person::anonymous(&system), &email, "Shown").await;
    let mail = mail_to(&system, &email, NEW_KEY).await;
    let page = |path: String| {
        let url = format!("{}{path}", system.origin);
        async move {
            let answer = reqwest::get(url).await.expect("an answer");
            assert_eq!(answer.status(), 200);
            answer.text().await.expect("a page")
        }
    };
    let list = page(format!("/mail?to={email}")).await;
    assert!(list.contains(NEW_KEY) && list.contains(&email), "{list}");
    assert_eq!(page(format!("/mail/{}", text(&mail["id"]))).await, text(&mail["html"]));
}

/// The body of a message, as the queue has it.
fn message(cause: &MailCause, asked_at: &str) -> String {
    let mut body = serde_json::to_value(cause).expect("JSON");
    body["v"] = json!(1);
    body["asked_at"] = json!(asked_at);
    body.to_string()
}
