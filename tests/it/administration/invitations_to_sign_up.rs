//! Invitations to sign up, which administrators send.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    domain::mail::MailStopScope,
    env::Env,
    http::Signer,
    stores::{MailStops, SentMails},
};
use tests::{
    ApiResponse, OwnSystem, Person, System,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, appoint, text},
    system::{env, until},
};

use super::appointments::refusal;
use crate::sign_up::first_account;

pub(super) const PATH: &str = "/v1/sign-up/invitations";
pub(crate) const INVITED: &str = "You are invited to Albumen";

pub(super) async fn invite(administrator: &Person, email: &str) -> ApiResponse {
    administrator.post(PATH, json!({"email": email})).await
}

pub(super) async fn sign_up_by(system: &System, email: &str, token: &str) -> ApiResponse {
    let body = json!({"name": "Ben", "email": email, "password": PASSWORD, "invitation": token});
    Person::anonymous(system).post("/v1/users", body).await
}

/// The addresses that are listed, with their states, newest first.
pub(super) async fn listed(administrator: &Person) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = administrator
            .get(&format!("{PATH}?limit=3{cursor}"))
            .await
            .expect(200);
        for item in page["items"].as_array().expect("items") {
            assert_eq!(item.get("token"), None, "it is shown once");
            found.push((text(&item["email"]), text(&item["state"])));
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

pub(super) async fn is_listed(administrator: &Person, email: &str) -> bool {
    let listed = listed(administrator).await;
    listed.iter().any(|(address, _)| address == email)
}

#[tokio::test]
async fn who_is_invited_signs_up_by_the_link_of_the_mail() {
    let (system, email) = (System::shared(), address());
    let administrator = Person::administrator(&system).await;
    let sent = invite(&administrator, &email).await.expect(201);
    assert_eq!((&sent["state"], &sent["token"]), (&json!("open"), &Value::Null), "{sent}");
    assert_eq!((&sent["email"], &sent["inviter"]), (&json!(email), &json!("Ana")));
    let mail = mail_to(&system, &email, INVITED).await;
    assert!(text(&mail["text"]).contains("Ana, an administrator"), "{mail}");
    let token = token_to(&system, &email, INVITED).await;
    let anyone = Person::anonymous(&system);
    let found = anyone
        .get(&format!("/v1/invited/{token}"))
        .await
        .expect(200);
    let told = (&found["email"], &found["inviter"], &found["title"], &found["role"]);
    assert_eq!(told, (&json!(email), &json!("Ana"), &Value::Null, &Value::Null));
    // It is of no use for another address.
    let refused = sign_up_by(&system, &address(), &token).await;
    assert_eq!(refused.body["errors"][0]["field"], "email");
    refused.problem(422);

    sign_up_by(&system, &email, &token).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let ben = anyone.with(&text(&session["token"]));
    let me = ben.get("/v1/me").await.expect(200);
    assert_ne!(me["email_verified_at"], Value::Null, "its mail was read");
    let page = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(page["items"], json!([]), "it is into no album");
    assert!(!is_listed(&administrator, &email).await, "it was accepted");
    // Once.
    anyone
        .get(&format!("/v1/invited/{token}"))
        .await
        .problem(410);
    let again = sign_up_by(&system, &email, &token).await;
    assert_eq!(again.problem(410), "/problems/link-ended");
    let (field, _) = refusal(invite(&administrator, &email).await);
    assert_eq!(field, "email", "who has an account is invited to nothing");
}

#[tokio::test]
async fn sent_again_the_former_link_ends_and_revoked_the_last() {
    let (system, email) = (System::shared(), address());
    let administrator = Person::administrator(&system).await;
    let other = Person::administrator(&system).await;
    let sent = invite(&administrator, &email).await.expect(201);
    let first = token_to(&system, &email, INVITED).await;
    let again = invite(&other, &email).await.expect(201);
    assert_eq!(again["id"], sent["id"], "an address has one");
    assert_eq!(again["created_at"], sent["created_at"]);
    let token = until("the second mail comes", Duration::from_secs(30), async || {
        let token = token_to(&system, &email, INVITED).await;
        (token != first).then_some(token)
    })
    .await;
    sign_up_by(&system, &email, &first).await.problem(410);
    let anyone = Person::anonymous(&system);
    let path = format!("/v1/invited/{token}");
    anyone.get(&path).await.expect(200);

    let invitation = format!("{PATH}/{}", text(&sent["id"]));
    other.delete(&invitation).await.expect(204);
    assert_eq!(anyone.get(&path).await.problem(410), "/problems/link-ended");
    sign_up_by(&system, &email, &token).await.problem(410);
    administrator.delete(&invitation).await.problem(404);
    assert!(!is_listed(&administrator, &email).await);
    // Each is in the record of who has done it.
    for (person, action, count) in [
        (&administrator, "create-sign-up-invitation", 1),
        (&other, "create-sign-up-invitation", 1),
        (&other, "delete-sign-up-invitation", 1),
    ] {
        let page = person.get("/v1/me/activity?limit=100").await.expect(200);
        let rows = page["items"].as_array().expect("items").iter();
        let of_action: Vec<_> = rows.filter(|row| row["action"] == action).collect();
        assert_eq!(of_action.len(), count, "{action}: {of_action:?}");
        assert_eq!(of_action[0]["subject_kind"], "invitation");
        assert!(!of_action[0].to_string().contains('@'), "no address: {}", of_action[0]);
    }
}

#[tokio::test]
async fn a_repeated_request_sends_one_invitation() {
    let (system, email) = (System::shared(), address());
    let administrator = Person::administrator(&system).await;
    let body = json!({"email": email}).to_string();
    let key = [("idempotency-key", email.as_str())];
    let ask = || administrator.ask(reqwest::Method::POST, PATH, &key, Some(body.clone()));
    let first = ask().await.expect(201);
    assert_eq!(ask().await.expect(201), first);
    token_to(&system, &email, INVITED).await;
    assert_eq!(count_mails(&system, &email, INVITED).await, 1);
    let listed = listed(&administrator).await;
    assert_eq!(
        listed
            .iter()
            .filter(|(address, _)| *address == email)
            .count(),
        1
    );
}

#[tokio::test]
async fn only_administrators_invite_list_and_revoke() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let sent = invite(&administrator, &address()).await.expect(201);
    let path = format!("{PATH}/{}", text(&sent["id"]));
    let ben = Person::new(&system).await;
    for refused in [invite(&ben, &address()).await, ben.get(PATH).await, ben.delete(&path).await] {
        assert_eq!(refused.problem(403), "/problems/not-an-administrator");
    }
    // By the routes of albums' invitations it is none.
    let of_albums = format!("/v1/invitations/{}", text(&sent["id"]));
    administrator.delete(&of_albums).await.problem(404);
    let wrong = administrator.post(PATH, json!({"email": "nobody"})).await;
    assert_eq!(wrong.problem(422), "/problems/invalid");
}

/// An invitation opens what is not closed; without one the rule holds as before.
#[tokio::test]
async fn under_each_rule_it_opens_what_is_not_closed() {
    let usual = ["LoginsPerMinute=1000"];
    let mut own = OwnSystem::start(&[usual[0], "SignUp=invited"]).await;
    let administrator = first_account(&own.system(), &address()).await;
    appoint(&own.system(), &administrator.id().await).await;
    let kept = address();
    invite(&administrator, &kept).await.expect(201);
    let kept_token = token_to(&own.system(), &kept, INVITED).await;
    for rule in [
        vec!["SignUp=invited"],
        vec!["SignUp=domains", "SignUpDomains=team.example"],
        vec!["SignUp=open"],
    ] {
        own.restart_with(&[&usual[..], &rule[..]].concat()).await;
        let (system, email) = (own.system(), address());
        let here = Person::anonymous(&system).with(administrator.token().expect("a token"));
        let without = Person::anonymous(&system).sign_up(&address()).await;
        assert_eq!(without.status == 201, rule == ["SignUp=open"], "{rule:?}");
        invite(&here, &email).await.expect(201);
        let token = token_to(&system, &email, INVITED).await;
        sign_up_by(&system, &email, &token).await.expect(201);
        Person::anonymous(&system).sign_in(&email).await.expect(201);
    }
    own.restart_with(&[usual[0], "SignUp=closed"]).await;
    let system = own.system();
    let here = Person::anonymous(&system).with(administrator.token().expect("a token"));
    let refused = invite(&here, &address()).await;
    assert_eq!(refused.problem(403), "/problems/sign-up-refused");
    let refused = sign_up_by(&system, &kept, &kept_token).await;
    assert_eq!(refused.problem(403), "/problems/sign-up-refused");
}

#[tokio::test]
async fn without_mail_the_administrator_passes_the_link_on() {
    let own = OwnSystem::start(&["MailFrom=", "SignUp=invited", "LoginsPerMinute=1000"]).await;
    let (system, email) = (own.system(), address());
    let administrator = first_account(&system, &address()).await;
    appoint(&system, &administrator.id().await).await;
    let first = text(&invite(&administrator, &email).await.expect(201)["token"]);
    let token = text(&invite(&administrator, &email).await.expect(201)["token"]);
    assert_ne!(first, token);
    sign_up_by(&system, &email, &first).await.problem(410);
    sign_up_by(&system, &email, &token).await.expect(201);
    let session = Person::anonymous(&system).sign_in(&email).await.expect(201);
    let ben = administrator.with(&text(&session["token"]));
    let me = ben.get("/v1/me").await.expect(200);
    assert_eq!(me["email_verified_at"], Value::Null, "no mail has shown whose it is");
    sign_up_by(&system, &email, &token).await.problem(410);
}

/// Counted apart from invitations into albums, but for what one address gets.
#[tokio::test]
async fn there_are_so_many_a_day() {
    let own = OwnSystem::start(&["InvitationsPerDay=20", "LoginsPerMinute=1000"]).await;
    let system = own.system();
    let administrator = Person::administrator(&system).await;
    administrator.verified().await;
    let album = administrator.album("Summer").await;
    for _ in 0..20 {
        invite(&administrator, &address()).await.expect(201);
    }
    let refused = invite(&administrator, &address()).await;
    assert_eq!(refused.problem(429), "/problems/too-many");
    let email = address();
    for _ in 0..2 {
        administrator
            .invite(&album, &email, "viewer")
            .await
            .expect(201);
    }
    let other = Person::administrator(&system).await;
    let refused = invite(&other, &email).await;
    assert_eq!(refused.problem(429), "/problems/too-many");
}

/// A complaint about one stops invitations, and not mail about their own account.
#[tokio::test]
async fn who_wants_none_gets_none() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let name = uuid::Uuid::new_v4().simple().to_string();
    let email = format!("complaint+{name}@simulator.amazonses.com");
    let acting = system.acting_as("SendMail");
    let env = env(&acting, &acting.dynamodb);
    let stops = MailStops::connect(&env).expect("stops");
    let signer = Signer::connect(&env).expect("a signer");
    let sum = signer.mail_stop(&email.clone().try_into().expect("an address"));
    let stop = async |scope| stops.find(&sum, scope).await.expect("an answer");
    invite(&administrator, &email).await.expect(201);
    until("invitations are stopped", Duration::from_secs(30), async || {
        stop(MailStopScope::Invitations).await
    })
    .await;
    assert_eq!(stop(MailStopScope::Everything).await, None);
    invite(&administrator, &email).await.expect(201);
    let user = administrator.id().await.parse().expect("an id");
    let mails = SentMails::connect(&env_of(&system)).expect("mails");
    until("the second is settled", Duration::from_secs(30), async || {
        let records = mails.of_user(user).await.expect("an answer");
        let mut outcomes = records.into_iter().filter_map(|record| record.outcome);
        outcomes.any(|outcome| outcome == "stopped").then_some(())
    })
    .await;
    assert_eq!(count_mails(&system, &email, INVITED).await, 1);
}

fn env_of(system: &System) -> Env {
    env(system, &system.dynamodb)
}
