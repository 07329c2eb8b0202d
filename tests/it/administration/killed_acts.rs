//! Acts of administrators, and their invitations, when the request dies anywhere.

use std::time::Duration;

use accounts::CreateUser;
use administration::{CreateSignUpInvitation, UpdateAccount};
use serde_json::{Value, json};
use shared::{
    http::sign_up_rule,
    stores::{Accounts, Emails, KnownNetworks, Library, MailQueue, MailTokens, Sessions},
};
use tests::{
    Person, System,
    authenticator::CarefulPerson,
    kill_points::Deaths,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, appoint, text},
    system::{env, projector, until},
};

use super::{
    Known, acts,
    appointments::MADE,
    done_by,
    invitations_to_sign_up::{INVITED, invite, is_listed, listed, sign_up_by},
    killed::{DEATHS, Function},
};

/// Recovery codes of one person, of which each request takes one.
const CODES: usize = 10;

/// The queue of mails, which is not where tables are.
fn mail_queue(acting: &System) -> MailQueue {
    MailQueue::connect(&env(acting, &acting.sqs)).expect("a queue")
}

/// The function in this process, with pools of its own: what dies takes its connection along.
pub(super) fn update_account(system: &System) -> Function<UpdateAccount> {
    let acting = system.acting_as("UpdateAccount");
    let env = env(&acting, &acting.dynamodb);
    let route = UpdateAccount {
        accounts: Accounts::connect(&env).expect("accounts"),
        sessions: Sessions::connect(&env).expect("sessions"),
        projector: projector(&acting),
        mail_queue: mail_queue(&acting),
        quota: 1,
        needs_verified: true,
    };
    Function { route, env }
}

/// Invites by a link that is handed on, so that the answer has it.
pub(super) fn invitation(system: &System) -> Function<CreateSignUpInvitation> {
    let acting = system.acting_as("CreateSignUpInvitation");
    let env = env(&acting, &acting.dynamodb);
    let route = CreateSignUpInvitation {
        accounts: Accounts::connect(&env).expect("accounts"),
        emails: Emails::connect(&env).expect("addresses"),
        tokens: MailTokens::connect(&env).expect("tokens"),
        mail_queue: mail_queue(&acting),
        rule: sign_up_rule(&env).expect("a rule"),
        sends_mail: false,
    };
    Function { route, env }
}

fn sign_up(system: &System) -> Function<CreateUser> {
    let acting = system.acting_as("CreateUser");
    let env = env(&acting, &acting.dynamodb);
    let route = CreateUser {
        emails: Emails::connect(&env).expect("addresses"),
        accounts: Accounts::connect(&env).expect("accounts"),
        networks: KnownNetworks::connect(&env).expect("networks"),
        mail_queue: mail_queue(&acting),
        tokens: MailTokens::connect(&env).expect("tokens"),
        library: Library::connect(&env).expect("the library"),
        rule: sign_up_rule(&env).expect("a rule"),
    };
    Function { route, env }
}

/// Whoever dies with password and code used goes on with the same request: once made, once in the
/// record, once told.
#[tokio::test]
async fn an_appointment_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let id = ana.person.id().await;
    appoint(&system, &id).await;
    let mut deaths = Deaths::at(CODES - 1);
    for death in 0..CODES {
        let ben = Known::new(&system).await;
        ben.person.verified().await;
        let code = ana.recovery_code();
        let body = json!({"administrator": true, "password": PASSWORD, "code": code});
        let dying = update_account(&system);
        deaths.run(dying.answer(&ana.person, &ben.id, &body)).await;
        let answer = update_account(&system)
            .answer(&ana.person, &ben.id, &body)
            .await;
        assert_eq!(answer.status(), 200, "killed at {death}");
        ben.person.get("/v1/accounts?limit=1").await.expect(200);
        // What died behind the row's commit leaves its line of the record to the relay.
        let rows = until("the record has it", Duration::from_secs(30), async || {
            system.invoke("RelayOutbox", &json!({})).await;
            let rows = acts(&ben.person, "update-account").await;
            (!rows.is_empty()).then_some(rows)
        })
        .await;
        assert_eq!(rows.len(), 1, "killed at {death}: {rows:?}");
        done_by(&rows, &id);
        mail_to(&system, &ben.email, MADE).await;
        assert_eq!(count_mails(&system, &ben.email, MADE).await, 1, "killed at {death}");
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn a_dismissal_and_a_quota_that_are_killed_anywhere_are_gone_on_with() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let body = json!({"administrator": false, "password": PASSWORD, "quota_bytes": 7});
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (ben, invited) = (Known::new(&system).await, address());
        appoint(&system, &ben.id).await;
        invite(&ben.person, &invited).await.expect(201);
        let dying = update_account(&system);
        let work = dying.answer(&administrator, &ben.id, &body);
        deaths.run(work).await;
        let answer = update_account(&system)
            .answer(&administrator, &ben.id, &body)
            .await;
        assert_eq!(answer.status(), 200, "killed at {death}");
        ben.person.get("/v1/accounts?limit=1").await.problem(403);
        let me = ben.person.get("/v1/me").await.expect(200);
        assert_eq!(me["quota"]["bytes"], 7, "killed at {death}");
        assert!(!is_listed(&administrator, &invited).await, "killed at {death}");
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn an_invitation_that_is_killed_anywhere_is_one_with_one_link() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let anyone = Person::anonymous(&system);
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let email = address();
        let body = json!({"email": email});
        let dying = invitation(&system);
        deaths.run(dying.answer(&administrator, "", &body)).await;
        let answer = invitation(&system).answer(&administrator, "", &body).await;
        assert_eq!(answer.status(), 201, "killed at {death}");
        let sent: Value = serde_json::from_slice(answer.body()).expect("JSON");
        let link = format!("/v1/invited/{}", text(&sent["token"]));
        assert_eq!(anyone.get(&link).await.expect(200)["email"], json!(email));
        let all = listed(&administrator).await;
        assert_eq!(all.iter().filter(|(listed, _)| *listed == email).count(), 1);
    }
    deaths.assert_happened();
}

/// Whoever dies while they sign up has one account in the end, and the link makes no other.
#[tokio::test]
async fn a_sign_up_by_an_invitation_that_is_killed_anywhere_makes_one_account() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let anyone = Person::anonymous(&system);
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let email = address();
        invite(&administrator, &email).await.expect(201);
        let token = token_to(&system, &email, INVITED).await;
        let body =
            json!({"name": "Ben", "email": email, "password": PASSWORD, "invitation": token});
        let dying = sign_up(&system);
        deaths.run(dying.answer(&administrator, "", &body)).await;
        let status = sign_up_by(&system, &email, &token).await.status;
        assert!(matches!(status, 201 | 409 | 410), "killed at {death}: {status}");
        let session = anyone.sign_in(&email).await.expect(201);
        let me = anyone
            .with(&text(&session["token"]))
            .get("/v1/me")
            .await
            .expect(200);
        assert_ne!(me["email_verified_at"], Value::Null, "killed at {death}");
        let again = sign_up_by(&system, &email, &token).await.status;
        assert!(matches!(again, 409 | 410), "killed at {death}: {again}");
    }
    deaths.assert_happened();
}
