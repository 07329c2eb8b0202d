//! Invitations to sign up that end without having been accepted or revoked.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    Person, System,
    in_process::{self, BrowserRequest},
    mailbox::token_to,
    person::{PASSWORD, address, appoint, text},
};

use super::{
    Known,
    invitations_to_sign_up::{INVITED, invite, is_listed, sign_up_by},
    killed::Function,
    killed_acts::invitation,
};
use crate::invitations;

#[tokio::test]
async fn an_account_ends_the_invitation_of_its_address_whatever_it_came_by() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let anyone = Person::anonymous(&system);
    let (email, guest) = (address(), address());
    for invited in [&email, &guest] {
        invite(&administrator, invited).await.expect(201);
    }
    let token = token_to(&system, &email, INVITED).await;
    // Where everybody may sign up, nobody needs the link.
    anyone.sign_up(&email).await.expect(201);
    assert!(!is_listed(&administrator, &email).await);
    let link = format!("/v1/invited/{token}");
    assert_eq!(anyone.get(&link).await.problem(410), "/problems/link-ended");

    // The link of an album lets in, too.
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    ana.invite(&album, &guest, "viewer").await.expect(201);
    let token = token_to(&system, &guest, invitations::INVITED).await;
    assert!(is_listed(&administrator, &guest).await);
    sign_up_by(&system, &guest, &token).await.expect(201);
    assert!(!is_listed(&administrator, &guest).await);
}

#[tokio::test]
async fn invitations_end_with_the_administration_of_who_has_sent_them() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    for change in
        [json!({"suspended": true}), json!({"administrator": false, "password": PASSWORD})]
    {
        let ana = Known::new(&system).await;
        appoint(&system, &ana.id).await;
        let (email, another) = (address(), address());
        for invited in [&email, &another] {
            invite(&ana.person, invited).await.expect(201);
        }
        // Sent again by somebody else, it is theirs.
        invite(&administrator, &another).await.expect(201);
        let token = token_to(&system, &email, INVITED).await;
        let body = Some(change.to_string());
        let changed = administrator
            .ask(Method::PATCH, &ana.path(), &[], body)
            .await;
        changed.expect(200);
        let refused = sign_up_by(&system, &email, &token).await;
        assert_eq!(refused.problem(410), "/problems/link-ended", "{change}");
        assert!(!is_listed(&administrator, &email).await, "{change}");
        assert!(is_listed(&administrator, &another).await, "{change}");
    }
}

/// A request that comes once more, after a later sending, has no link to pass on.
#[tokio::test]
async fn a_sending_that_counts_for_nothing_is_answered_without_a_token() {
    let system = System::shared();
    let administrator = Person::administrator(&system).await;
    let Function { route, env } = invitation(&system);
    let function = in_process::Function { route, env };
    let email = address();
    let send = async |key: &str| {
        let asked = BrowserRequest {
            cookies: format!("__Host-session={}", administrator.token().expect("a token")),
            body: Some(json!({"email": email})),
            key: Some(key.to_owned()),
            ..BrowserRequest::default()
        };
        function.ask(&asked).await.expect(201)
    };
    let first = send("first").await;
    text(&first["token"]);
    let second = send("second").await;
    let late = send("first").await;
    assert_eq!(late["token"], Value::Null, "{late}");
    assert_eq!((&late["id"], &late["sent_at"]), (&second["id"], &second["sent_at"]));
    let repeated = send("second").await;
    assert_eq!(repeated["token"], second["token"]);
    let link = format!("/v1/invited/{}", text(&second["token"]));
    let found = Person::anonymous(&system).get(&link).await.expect(200);
    assert_eq!(found["email"], json!(email));
}
