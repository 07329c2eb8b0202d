//! Invitations where the service sends no mail, and how many there may be.

use serde_json::{Value, json};
use shared::{
    domain::{
        InvitationId,
        invitations::{InvitationLink, InvitationTarget},
        token::Token,
    },
    stores::MailTokens,
};
use tests::{
    ApiResponse, OwnSystem, Person, System,
    person::{PASSWORD, address, text},
    system::{env, projector},
};

use super::{accept, deaths::post, invited, signed_up};
use crate::sign_up::first_account;

#[tokio::test]
async fn without_mail_the_owner_passes_the_link_on() {
    let own = OwnSystem::start(&["MailFrom=", "SignUp=invited", "LoginsPerMinute=1000"]).await;
    let (system, email) = (own.system(), address());
    let anyone = Person::anonymous(&system);
    let rule = anyone.get("/v1/sign-up").await.expect(200);
    assert_eq!((&rule["mode"], &rule["mail"]), (&json!("invited"), &json!(false)));
    let refused = anyone.sign_up(&email).await;
    assert_eq!(refused.problem(403), "/problems/sign-up-refused");
    let ana = first_account(&system, &address()).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}/invitations");
    let wish = json!({"email": email, "role": "viewer"});
    let sent = post(&ana, &path, "first", &wish).await.expect(201);
    let (id, first) = (text(&sent["id"]), text(&sent["token"]));
    let to_send_again = format!("/v1/invitations/{id}/resend");
    let sent_again = post(&ana, &to_send_again, "again", &json!({})).await;
    let token = text(&sent_again.expect(200)["token"]);
    // Repeated, the first has a link no more, and the last has its own.
    let late = post(&ana, &path, "first", &wish).await;
    assert_eq!(late.expect(201)["token"], Value::Null);
    let repeated = post(&ana, &to_send_again, "again", &json!({})).await;
    assert_eq!(text(&repeated.expect(200)["token"]), token);
    let listed = ana.get(&path).await.expect(200);
    assert_eq!(listed["items"][0].get("token"), None, "it is shown once");
    let found = anyone.get(&format!("/v1/invited/{token}")).await;
    assert_eq!(found.expect(200)["email"], json!(email));

    let new = |invitation: &str| json!({"name": "Ben", "email": email, "password": PASSWORD, "invitation": invitation});
    anyone.post("/v1/users", new(&first)).await.problem(410);
    anyone.post("/v1/users", new(&token)).await.expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let ben = anyone.with(&text(&session["token"]));
    let me = ben.get("/v1/me").await.expect(200);
    assert_eq!(me["email_verified_at"], Value::Null, "no mail has shown whose it is");
    accept(&ben, &id, None).await.problem(404);
    accept(&ben, &id, Some(&token)).await.expect(200);
    ben.get(&format!("/v1/albums/{album}")).await.expect(200);
}

/// A function that makes tokens to be handed on could write into one that a mail has brought it.
#[tokio::test]
async fn what_is_handed_on_verifies_no_address() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let id = invited(&ana, &album, &email).await;
    let acting = system.acting_as("CreateInvitation");
    let tokens = MailTokens::connect(&env(&acting, &acting.dynamodb)).expect("tokens");
    let invitation: InvitationId = id.parse().expect("an id");
    let row = projector(&acting).library.invitation(invitation).await;
    let sending = row.expect("an answer").expect("a row").sending;
    let token = Token::new();
    let link = InvitationLink { target: InvitationTarget::Album, sending, mailed: true };
    let owner = ana.id().await.parse().expect("an id");
    tokens.hand(&token, owner, link).await.expect("a token");

    let ben = signed_up(&system, &email).await;
    let path = format!("/v1/invitations/{id}/decline");
    let unknown = ben.post(&path, json!({"token": "albumen_none"})).await;
    assert_eq!(unknown.problem(410), "/problems/link-ended");
    accept(&ben, &id, Some(token.reveal())).await.expect(200);
    assert_eq!(ben.get("/v1/me").await.expect(200)["email_verified_at"], Value::Null);
}

/// Returns the limits that an answer tells of.
fn policies(answer: &ApiResponse) -> Vec<String> {
    let policy = answer.headers["ratelimit-policy"].to_str().expect("text");
    let names = policy.split(", ").filter_map(|each| each.split('"').nth(1));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn there_are_so_many_invitations_a_day() {
    let own = OwnSystem::start(&["InvitationsPerDay=30", "LoginsPerMinute=1000"]).await;
    let system = own.system();
    let ana = signed_up(&system, &address()).await;
    let album = ana.album("Summer").await;
    let email = address();
    for _ in 0..3 {
        let sent = ana.invite(&album, &email, "viewer").await;
        assert_eq!(policies(&sent), ["writes", "invitations"]);
        sent.expect(201);
    }
    // A tenth of them to one address, whoever sends them. How many others have sent is not told.
    let carl = signed_up(&system, &address()).await;
    let other = carl.album("Winter").await;
    for (person, album) in [(&ana, &album), (&carl, &other)] {
        let refused = person.invite(album, &email, "viewer").await;
        assert_eq!(policies(&refused), ["writes", "invitations"]);
        assert_eq!(refused.headers["retry-after"], "28800", "a third of a day");
        assert_eq!(refused.problem(429), "/problems/too-many");
    }
    for _ in 0..26 {
        invited(&ana, &album, &address()).await;
    }
    let refused = ana.invite(&album, &address(), "viewer").await;
    assert_eq!(refused.problem(429), "/problems/too-many");
    carl.invite(&other, &address(), "viewer").await.expect(201);
}
