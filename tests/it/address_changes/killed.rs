//! Requests about another address that die anywhere.

use accounts::VerifyAddress;
use serde_json::{Value, json};
use shared::stores::{Accounts, Emails, MailQueue, MailTokens};
use tests::{
    Person, System,
    in_process::{BrowserRequest, Function},
    kill_points::Deaths,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, text},
    system::{addresses_of, env},
};

use super::{CHANGED, CONFIRM, ana, ask_for, confirm, me};
use crate::update_me::update_me;

/// Number of places at which a request dies.
const DEATHS: usize = 10;

/// The function that confirms, with pools of its own: what died has taken its connection along.
fn verification(system: &System) -> Function<VerifyAddress> {
    let system = system.acting_as("VerifyAddress");
    let hot = env(&system, &system.dynamodb);
    let route = VerifyAddress {
        tokens: MailTokens::connect(&hot).expect("tokens"),
        accounts: Accounts::connect(&hot).expect("accounts"),
        emails: Emails::connect(&hot).expect("addresses"),
        mail_queue: MailQueue::connect(&env(&system, &system.sqs)).expect("a queue"),
    };
    Function { route, env: hot }
}

#[tokio::test]
async fn a_confirmation_that_is_killed_anywhere_is_gone_on_with() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (ana, old) = ana(&system).await;
        let new = address();
        ask_for(&ana, &new).await;
        let token = token_to(&system, &new, CONFIRM).await;
        let asked = BrowserRequest {
            key: Some(format!("k-{death}-{new}")),
            body: Some(json!({"token": token})),
            ..BrowserRequest::default()
        };
        let dying = verification(&system);
        deaths.run(dying.ask(&asked)).await;
        verification(&system).ask(&asked).await.expect(204);
        let now = me(&ana).await;
        assert_eq!((&now["email"], &now["pending_email"]), (&json!(new), &Value::Null), "{death}");
        assert_ne!(now["email_verified_at"], Value::Null, "killed at {death}");
        // Another request finds the token spent, and the account as it is.
        confirm(&ana, &token).await.problem(410);
        mail_to(&system, &old, CHANGED).await;
        assert_eq!(count_mails(&system, &old, CHANGED).await, 1, "killed at {death}");
        let anyone = Person::anonymous(&system);
        anyone.sign_in(&new).await.expect(201);
        assert!(
            addresses_of(&system, &text(&now["id"]))
                .await
                .contains(&new)
        );
    }
    deaths.assert_happened();
}

#[tokio::test]
async fn a_wish_that_is_killed_anywhere_is_there_or_not_and_may_be_sent_again() {
    let system = System::shared();
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let (ana, old) = ana(&system).await;
        let new = address();
        let token = ana.token().expect("a token").to_owned();
        let asked = BrowserRequest {
            cookies: format!("__Host-session={token}"),
            body: Some(json!({"email": new, "current_password": PASSWORD})),
            ..BrowserRequest::default()
        };
        let dying = update_me(&system);
        deaths.run(dying.ask(&asked)).await;
        assert_eq!(me(&ana).await["email"], json!(old), "killed at {death}");
        let again = update_me(&system).ask(&asked).await.expect(200);
        assert_eq!(again["pending_email"]["email"], json!(new), "killed at {death}");
        let token = token_to(&system, &new, CONFIRM).await;
        confirm(&ana, &token).await.expect(204);
        assert_eq!(me(&ana).await["email"], json!(new), "killed at {death}");
    }
    deaths.assert_happened();
}
