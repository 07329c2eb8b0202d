//! The rule of who may sign up: everybody, who is invited, who has an address at a domain, nobody.

use serde_json::json;
use shared::{
    domain::{Email, Shard, UserId, password::Password},
    stores::{Accounts, Emails, NewAccount},
};
use tests::{
    ApiResponse, OwnSystem, Person, System,
    mailbox::token_to,
    person::{PASSWORD, address, text},
    system::env,
};

use crate::invitations::INVITED;

/// Makes an account where nobody signs up without an invitation, as whoever was there before has
/// one.
pub(crate) async fn first_account(system: &System, email: &str) -> Person {
    let env = env(&system.acting_as("CreateUser"), &system.dynamodb);
    let address = Email::try_from(email.to_owned()).expect("an address");
    let fresh = UserId::new(Shard::random());
    let emails = Emails::connect(&env).expect("addresses");
    let (id, _) = emails.reserve(&address, fresh).await.expect("an id");
    let password = Password::try_from(PASSWORD.to_owned()).expect("a password");
    let account = NewAccount {
        id,
        email: &address,
        name: &"Ana".to_owned().try_into().expect("a name"),
        password_hash: &password.hash(),
        language: None,
        verified: true,
    };
    let accounts = Accounts::connect(&env).expect("accounts");
    accounts.create(&account).await.expect("an account");
    let anyone = Person::anonymous(system);
    let session = anyone.sign_in(email).await.expect(201);
    anyone.with(&text(&session["token"]))
}

async fn sign_up_by(system: &System, email: &str, token: &str) -> ApiResponse {
    let body = json!({"name": "Ben", "email": email, "password": PASSWORD, "invitation": token});
    Person::anonymous(system).post("/v1/users", body).await
}

#[tokio::test]
async fn under_invited_a_link_is_the_only_way_in() {
    let own = OwnSystem::start(&["SignUp=invited", "LoginsPerMinute=1000"]).await;
    let system = own.system();
    let anyone = Person::anonymous(&system);
    let (known, email) = (address(), address());
    let ana = first_account(&system, &known).await;
    // The same for an address that has an account, and for one that is invited.
    let album = ana.album("Summer").await;
    let sent = ana.invite(&album, &email, "viewer").await.expect(201);
    for address in [&known, &email, &address()] {
        let refused = anyone.sign_up(address).await;
        let detail = text(&refused.body["detail"]);
        assert!(detail.contains("invitation"), "{detail}");
        assert_eq!(refused.problem(403), "/problems/sign-up-refused");
    }
    let token = token_to(&system, &email, INVITED).await;
    sign_up_by(&system, &email, &token).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let ben = anyone.with(&text(&session["token"]));
    let accept = format!("/v1/invitations/{}/accept", text(&sent["id"]));
    ben.post(&accept, json!({})).await.expect(200);
    ben.get(&format!("/v1/albums/{album}")).await.expect(200);
    // It is of no use for another account.
    sign_up_by(&system, &address(), &token).await.problem(410);
}

#[tokio::test]
async fn under_domains_an_address_counts_once_a_mail_has_shown_it() {
    let parameters =
        ["SignUp=domains", "SignUpDomains=team.example,other.example", "LoginsPerMinute=1000"];
    let own = OwnSystem::start(&parameters).await;
    let system = own.system();
    let anyone = Person::anonymous(&system);
    let rule = anyone.get("/v1/sign-up").await.expect(200);
    assert_eq!(rule["domains"], json!(["team.example", "other.example"]), "{rule}");
    let elsewhere = anyone.sign_up(&address()).await;
    assert_eq!(elsewhere.problem(403), "/problems/sign-up-refused");

    let email = address().replace("example.org", "team.example");
    let typed = email.replace("@team", "@Team");
    anyone.sign_up(&typed).await.expect(201);
    let refused = anyone.sign_in(&email).await;
    assert_eq!(refused.problem(403), "/problems/address-not-verified");
    let wrong = json!({"email": email, "password": "not the right one"});
    anyone.post("/v1/sessions", wrong).await.problem(401);
    let token = token_to(&system, &email, "Confirm your address").await;
    anyone
        .post("/v1/verifications", json!({"token": token}))
        .await
        .expect(204);
    let session = anyone.sign_in(&email).await.expect(201);
    let ana = anyone.with(&text(&session["token"]));

    let guest = address();
    let album = ana.album("Summer").await;
    ana.invite(&album, &guest, "viewer").await.expect(201);
    let token = token_to(&system, &guest, INVITED).await;
    sign_up_by(&system, &guest, &token).await.expect(201);
    anyone.sign_in(&guest).await.expect(201);
}

#[tokio::test]
async fn under_closed_nobody_signs_up() {
    let own = OwnSystem::start(&["SignUp=closed", "LoginsPerMinute=1000"]).await;
    let system = own.system();
    let ana = first_account(&system, &address()).await;
    let (album, email) = (ana.album("Summer").await, address());
    ana.invite(&album, &email, "viewer").await.expect(201);
    let token = token_to(&system, &email, INVITED).await;
    let refused = sign_up_by(&system, &email, &token).await;
    assert_eq!(refused.problem(403), "/problems/sign-up-refused");
    let rule = Person::anonymous(&system)
        .get("/v1/sign-up")
        .await
        .expect(200);
    assert_eq!(rule["mode"], "closed");
}
