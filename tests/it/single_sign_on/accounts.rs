//! The account that an identity opens, and what becomes of it.

use serde_json::{Value, json};
use tests::{
    Person, System,
    authenticator::CarefulPerson,
    in_process::BrowserRequest,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, text},
    system::addresses_of,
};

use super::{ISSUER, SESSION, brought_back, completion, identity, me, refused, signed_on, subject};

const LINKED: &str = "You can log in by single sign-on now";

/// Somebody whose address a mail has shown to be theirs.
pub(super) async fn verified(system: &System, email: &str) -> Person {
    let anyone = Person::anonymous(system);
    anyone.sign_up(email).await.expect(201);
    let token = token_to(system, email, "Confirm your address").await;
    let body = json!({"token": token});
    anyone.post("/v1/verifications", body).await.expect(204);
    let session = anyone.sign_in(email).await.expect(201);
    anyone.with(&text(&session["token"]))
}

#[tokio::test]
async fn whoever_has_no_account_gets_one_without_a_password() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = signed_on(&system, &identity(&subject, &email)).await;
    let first = me(&ana).await;
    assert_eq!(first["email"], email.as_str());
    assert_eq!(first["has_password"], false);
    assert_ne!(first["email_verified_at"], Value::Null);
    assert_eq!(first["identities"][0]["issuer"], ISSUER);
    assert_eq!(addresses_of(&system, &text(&first["id"])).await.len(), 1);
    // No password opens it, and what takes one is refused.
    let anyone = Person::anonymous(&system);
    anyone.sign_in(&email).await.problem(401);
    let close = json!({"password": PASSWORD}).to_string();
    let closed = ana
        .ask(reqwest::Method::DELETE, "/v1/me", &[], Some(close))
        .await;
    closed.problem(422);
    // The mail for a forgotten one sets it.
    let wish = json!({"email": email});
    anyone.post("/v1/password-resets", wish).await.expect(204);
    let token = token_to(&system, &email, "Choose a new password").await;
    let new = json!({"token": token, "password": PASSWORD});
    anyone.post("/v1/passwords", new).await.expect(204);
    anyone.sign_in(&email).await.expect(201);
    // The same person comes back under another address of theirs.
    let again = signed_on(&system, &identity(&subject, &address())).await;
    let now = me(&again).await;
    assert_eq!((&now["id"], &now["email"]), (&first["id"], &first["email"]));
    assert_eq!(now["has_password"], true);
}

#[tokio::test]
async fn an_account_is_linked_by_an_address_that_both_sides_have_verified() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = verified(&system, &email).await;
    let function = completion(&system, "closed");
    let mut unverified = identity(&subject, &email);
    unverified.email_verified = false;
    assert_eq!(refused(&function, &unverified).await, "sign-on-unverified");

    let signed_on = signed_on(&system, &identity(&subject, &email)).await;
    assert_eq!(me(&signed_on).await["id"], me(&ana).await["id"]);
    mail_to(&system, &email, LINKED).await;
    assert_eq!(count_mails(&system, &email, LINKED).await, 1);
    // Linked, the identity counts, and not what the provider says of the address.
    let function = completion(&system, "closed");
    let asked = brought_back(&function.env, &unverified_again(&subject)).await;
    function.ask(&asked).await.expect(201);
    // An address that the provider has given to somebody else opens nothing.
    let another = identity(&format!("{subject}-another"), &email);
    assert_eq!(refused(&function, &another).await, "sign-on-taken");
    let activity = ana.get("/v1/me/activity").await.expect(200);
    let items = activity["items"].as_array().expect("a list");
    let linked = items
        .iter()
        .any(|item| item["context"]["linked"] == "single sign-on");
    assert!(linked, "{activity}");
}

fn unverified_again(subject: &str) -> shared::domain::single_sign_on::ProvenIdentity {
    let mut identity = identity(subject, "elsewhere@example.org");
    identity.email_verified = false;
    identity
}

#[tokio::test]
async fn an_account_that_has_not_verified_its_address_is_not_shared_with_whose_it_is() {
    let (system, email) = (System::shared(), address());
    let stranger = Person::anonymous(&system);
    stranger.sign_up(&email).await.expect(201);
    let function = completion(&system, "open");
    let owner = identity(&subject(), &email);
    assert_eq!(refused(&function, &owner).await, "sign-on-unproven");
}

#[tokio::test]
async fn the_session_that_the_browser_had_ends() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let function = completion(&system, "open");
    let first = brought_back(&function.env, &identity(&subject, &email)).await;
    let answer = function.ask(&first).await;
    answer.expect(201);
    let (session, _) = answer.cookie(SESSION);
    let token = session.split('=').nth(1).expect("a token");
    let before = Person::anonymous(&system).with(token);
    me(&before).await;
    let mut again = brought_back(&function.env, &identity(&subject, &email)).await;
    again.cookies = format!("{}; {session}", again.cookies);
    function.ask(&again).await.expect(201);
    before.get("/v1/me").await.problem(401);
}

#[tokio::test]
async fn the_rule_of_who_may_sign_up_holds_for_identities_too() {
    let system = System::shared();
    for (mode, email, may) in [
        ("closed", address(), false),
        ("invited", address(), false),
        ("domains", address(), false),
        ("domains", address().replace("example.org", "team.example"), true),
    ] {
        let function = completion(&system, mode);
        let asked = brought_back(&function.env, &identity(&subject(), &email)).await;
        let answer = function.ask(&asked).await;
        if may {
            answer.expect(201);
        } else {
            assert_eq!(answer.problem(403), "sign-up-refused", "{mode} {email}");
        }
    }
    let (ben, email) = (Person::new(&system).await, address());
    let album = ben.album("Summer").await;
    ben.invite(&album, &email, "viewer").await.expect(201);
    let function = completion(&system, "invited");
    let asked = brought_back(&function.env, &identity(&subject(), &email)).await;
    function.ask(&asked).await.expect(201);
    // An administrator's invitation counts as well, and is over then.
    let (administrator, email) = (Person::administrator(&system).await, address());
    let path = "/v1/sign-up/invitations";
    let sent = administrator.post(path, json!({"email": email})).await;
    let sent = text(&sent.expect(201)["id"]);
    let asked = brought_back(&function.env, &identity(&subject(), &email)).await;
    function.ask(&asked).await.expect(201);
    administrator
        .delete(&format!("{path}/{sent}"))
        .await
        .problem(404);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_to_link_its_account() {
    let system = System::shared();
    let mut ana = CarefulPerson::new(&system).await;
    let verify = token_to(&system, &ana.email, "Confirm your address").await;
    let anyone = Person::anonymous(&system);
    let body = json!({"token": verify});
    anyone.post("/v1/verifications", body).await.expect(204);

    let (function, subject) = (completion(&system, "open"), subject());
    let proven = identity(&subject, &ana.email);
    let asked = brought_back(&function.env, &proven).await;
    assert_eq!(function.ask(&asked).await.problem(401), "second-factor-needed");
    let wrong = BrowserRequest { body: Some(json!({"code": "000000"})), ..asked.clone() };
    assert_eq!(function.ask(&wrong).await.problem(422), "invalid");
    let code = json!({"code": ana.recovery_code()});
    let right = BrowserRequest { body: Some(code), ..asked };
    function.ask(&right).await.expect(201);
    // Linked, it asks for none: the provider has done that.
    signed_on(&system, &identity(&subject, &ana.email)).await;
}

#[tokio::test]
async fn a_claim_makes_an_administrator_and_its_absence_ends_that() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let told = |administrator| {
        let mut identity = identity(&subject, &email);
        identity.administrator = administrator;
        identity
    };
    for (claim, administers) in [(false, false), (true, true), (true, true), (false, false)] {
        let ana = signed_on(&system, &told(claim)).await;
        assert_eq!(me(&ana).await["administrator"], administers);
    }
    // Who became one by a code stays one.
    let ana = signed_on(&system, &told(false)).await;
    tests::person::appoint(&system, &ana.id().await).await;
    for claim in [true, false] {
        let ana = signed_on(&system, &told(claim)).await;
        assert_eq!(me(&ana).await["administrator"], true);
    }
}

/// A claim gives again what another administrator has taken from them, and takes nothing that one
/// gives.
/// gives, no claim takes.
#[tokio::test]
async fn a_claim_gives_again_what_an_administrator_has_taken() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let administrator = Person::administrator(&system).await;
    // Each sign-on proves it anew.
    let told = |administrator| {
        let mut identity = identity(&subject, &email);
        identity.administrator = administrator;
        identity
    };
    let ana = signed_on(&system, &told(true)).await;
    let path = format!("/v1/accounts/{}", ana.id().await);
    let change = async |given: bool| {
        let body = json!({"administrator": given, "password": PASSWORD}).to_string();
        let changed = administrator.ask(reqwest::Method::PATCH, &path, &[], Some(body));
        changed.await.expect(200);
    };
    change(false).await;
    ana.get("/v1/accounts?limit=1").await.problem(403);
    let ana = signed_on(&system, &told(true)).await;
    ana.get("/v1/accounts?limit=1").await.expect(200);

    change(false).await;
    change(true).await;
    let ana = signed_on(&system, &told(false)).await;
    ana.get("/v1/accounts?limit=1").await.expect(200);
}

#[tokio::test]
async fn a_closed_or_suspended_account_is_not_opened() {
    let (system, subject, email) = (System::shared(), subject(), address());
    let ana = signed_on(&system, &identity(&subject, &email)).await;
    let administrator = Person::administrator(&system).await;
    let path = format!("/v1/accounts/{}", ana.id().await);
    let suspend = json!({"suspended": true}).to_string();
    let suspended = administrator
        .ask(reqwest::Method::PATCH, &path, &[], Some(suspend))
        .await;
    suspended.expect(200);
    let function = completion(&system, "open");
    assert_eq!(refused(&function, &identity(&subject, &email)).await, "suspended");
    let resume = json!({"suspended": false}).to_string();
    let resumed = administrator
        .ask(reqwest::Method::PATCH, &path, &[], Some(resume))
        .await;
    resumed.expect(200);
    administrator.delete(&path).await.expect(202);
    assert_eq!(refused(&function, &identity(&subject, &email)).await, "closing");
}

#[tokio::test]
async fn what_is_proven_opens_one_session() {
    let system = System::shared();
    let function = completion(&system, "open");
    let mut proven = identity(&subject(), &address());
    let asked = brought_back(&function.env, &proven).await;
    let answer = function.ask(&asked).await;
    answer.expect(201);
    let (_, attributes) = answer.cookie(SESSION);
    assert!(attributes.contains("SameSite=Strict"), "{attributes}");
    assert_eq!(function.ask(&asked).await.problem(410), "sign-on-ended");
    // Nor does what is too old, another provider's, tampered with, or nothing.
    proven.sign_on.push('2');
    proven.until = 1;
    assert_eq!(refused(&function, &proven).await, "sign-on-ended");
    let mut other = identity(&subject(), &address());
    other.issuer = "https://other.example".to_owned();
    assert_eq!(refused(&function, &other).await, "sign-on-ended");
    let forged = BrowserRequest { cookies: format!("{}x", asked.cookies), ..asked.clone() };
    assert_eq!(function.ask(&forged).await.problem(410), "sign-on-ended");
    let bare = BrowserRequest { cookies: String::new(), ..asked };
    assert_eq!(function.ask(&bare).await.problem(410), "sign-on-ended");
}

/// Two browsers behind one address, that use one `Idempotency-Key`.
#[tokio::test]
async fn two_people_with_one_key_get_a_session_each() {
    let system = System::shared();
    let function = completion(&system, "open");
    let key = format!("k-{}", subject());
    let mut people = Vec::new();
    for email in [address(), address()] {
        let brought = brought_back(&function.env, &identity(&subject(), &email)).await;
        let asked = BrowserRequest { key: Some(key.clone()), ..brought };
        let answer = function.ask(&asked).await;
        answer.expect(201);
        let (session, _) = answer.cookie(SESSION);
        let token = session.split('=').nth(1).expect("a token");
        people.push((email, Person::anonymous(&system).with(token)));
    }
    for (email, person) in people {
        assert_eq!(me(&person).await["email"], email.as_str());
    }
}
