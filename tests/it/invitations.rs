//! Invitations into albums: sent, accepted by whose address it is, declined, revoked, sent again.

use futures::future::join_all;
use serde_json::{Value, json};
use shared::domain::{AlbumId, InvitationId, Moment};
use tests::{
    ApiResponse, Person, System,
    mailbox::{count_mails, mail_to, token_to},
    person::{PASSWORD, address, text},
    system::library,
};

mod deaths;
mod endings;
mod without_mail;

pub(crate) const INVITED: &str = "You are invited into an album";

/// Somebody who has signed up with this address, which no mail has verified.
async fn signed_up(system: &System, email: &str) -> Person {
    let person = Person::anonymous(system);
    person.sign_up(email).await.expect(201);
    let session = person.sign_in(email).await.expect(201);
    person.with(&text(&session["token"]))
}

async fn accept(person: &Person, invitation: &str, token: Option<&str>) -> ApiResponse {
    let path = format!("/v1/invitations/{invitation}/accept");
    person.post(&path, json!({"token": token})).await
}

async fn invited(owner: &Person, album: &str, email: &str) -> String {
    text(&owner.invite(album, email, "viewer").await.expect(201)["id"])
}

/// The invitations that the owner of an album sees.
async fn listed(owner: &Person, album: &str) -> Vec<Value> {
    let path = format!("/v1/albums/{album}/invitations");
    let list = owner.get(&path).await.expect(200);
    list["items"].as_array().expect("items").clone()
}

async fn count_members(owner: &Person, album: &str) -> usize {
    let path = format!("/v1/albums/{album}/members");
    let members = owner.get(&path).await.expect(200);
    members["items"].as_array().expect("items").len()
}

#[tokio::test]
async fn an_invitation_comes_by_mail_and_is_accepted_once() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer in Como").await;
    let ben = signed_up(&system, &email).await;
    let sent = ana.invite(&album, &email, "editor").await.expect(201);
    assert_eq!((&sent["state"], &sent["token"]), (&json!("open"), &Value::Null), "{sent}");
    assert_eq!(count_members(&ana, &album).await, 1, "nobody is one before they accept");
    ben.get(&format!("/v1/albums/{album}")).await.problem(404);

    let mail = mail_to(&system, &email, INVITED).await;
    let letter = text(&mail["text"]);
    assert!(letter.starts_with("Hello,\n"), "{letter}");
    assert!(letter.contains("Ana invites you into the album “Summer in Como”"), "{letter}");
    let token = token_to(&system, &email, INVITED).await;
    let path = format!("/v1/invited/{token}");
    let found = Person::anonymous(&system).get(&path).await.expect(200);
    assert_eq!((&found["inviter"], &found["email"]), (&json!("Ana"), &json!(email)));

    // The mail shows that the address is Ben's.
    let id = text(&sent["id"]);
    accept(&ben, &id, None).await.problem(404);
    let joined = accept(&ben, &id, Some(&token)).await.expect(200);
    assert_eq!((&joined["album"], &joined["role"]), (&json!(album), &json!("editor")));
    assert!(ben.get("/v1/me").await.expect(200)["email_verified_at"].is_string());
    assert_eq!(ben.get(&format!("/v1/albums/{album}")).await.expect(200)["role"], "editor");
    let again = accept(&ben, &id, Some(&token)).await.expect(200);
    assert_eq!(again["added_at"], joined["added_at"], "the same membership");
    assert!(listed(&ana, &album).await.is_empty());
    let gone = Person::anonymous(&system).get(&path).await;
    assert_eq!(gone.problem(410), "/problems/link-ended");

    // Who has left is not put back.
    ben.delete(&format!("/v1/albums/{album}/members/me"))
        .await
        .expect(204);
    let late = accept(&ben, &id, Some(&token)).await;
    assert_eq!(late.problem(410), "/problems/link-ended");
    ben.get(&format!("/v1/albums/{album}")).await.problem(404);
    let anew = invited(&ana, &album, &email).await;
    accept(&ben, &anew, None).await.expect(200);
    assert_eq!(ben.get(&format!("/v1/albums/{album}")).await.expect(200)["role"], "viewer");
}

#[tokio::test]
async fn who_has_no_account_signs_up_by_the_link() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let id = invited(&ana, &album, &email).await;
    let token = token_to(&system, &email, INVITED).await;
    let anyone = Person::anonymous(&system);
    let new = |email: &str, invitation: &str| json!({"name": "Ben", "email": email, "password": PASSWORD, "invitation": invitation});
    let other = anyone.post("/v1/users", new(&address(), &token)).await;
    assert_eq!(other.body["errors"][0]["field"], "email", "{other:?}");
    let none = anyone.post("/v1/users", new(&email, "albumen_none")).await;
    assert_eq!(none.problem(410), "/problems/link-ended");
    anyone
        .post("/v1/users", new(&email.to_uppercase(), &token))
        .await
        .expect(201);
    let session = anyone.sign_in(&email).await.expect(201);
    let ben = anyone.with(&text(&session["token"]));
    let me = ben.get("/v1/me").await.expect(200);
    assert!(me["email_verified_at"].is_string(), "the mail has verified it: {me}");
    let waiting = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"][0]["id"], json!(id));
    accept(&ben, &id, None).await.expect(200);
    ben.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!(count_mails(&system, &email, "Confirm your address").await, 0);
}

#[tokio::test]
async fn an_invitation_is_for_its_own_address_alone() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let email = address();
    let id = invited(&ana, &album, &email).await;
    let token = token_to(&system, &email, INVITED).await;
    let other = Person::new(&system).await;
    other.verified().await;
    for sent in [None, Some(token.as_str())] {
        for person in [&other, &ana] {
            accept(person, &id, sent).await.problem(404);
            let decline = format!("/v1/invitations/{id}/decline");
            let declined = person.post(&decline, json!({"token": sent})).await;
            declined.problem(404);
        }
    }
    // Whoever has only typed the address has not shown that it is theirs.
    let typed = signed_up(&system, &email).await;
    accept(&typed, &id, None).await.problem(404);
    let waiting = typed.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"], json!([]));
    let wrong = accept(&typed, &id, Some("albumen_none")).await;
    assert_eq!(wrong.problem(410), "/problems/link-ended");
    // Neither do the owner's routes know anybody else.
    for person in [&other, &typed] {
        let path = format!("/v1/albums/{album}/invitations");
        person.get(&path).await.problem(404);
        person
            .delete(&format!("/v1/invitations/{id}"))
            .await
            .problem(404);
    }
    assert_eq!(count_members(&ana, &album).await, 1);
    // Whoever has the link of the mail has, and may say no.
    let decline = format!("/v1/invitations/{id}/decline");
    typed
        .post(&decline, json!({"token": token}))
        .await
        .expect(204);
    assert_eq!(listed(&ana, &album).await[0]["state"], "declined");
}

#[tokio::test]
async fn of_two_at_once_one_makes_the_member() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = Person::new(&system).await;
    let email = ben.verified().await;
    let id = invited(&ana, &album, &email).await;
    let answers = join_all((0..6).map(|_| accept(&ben, &id, None))).await;
    let mut since = Vec::new();
    for answer in answers {
        since.push(text(&answer.expect(200)["added_at"]));
    }
    since.dedup();
    assert_eq!((since.len(), count_members(&ana, &album).await), (1, 2), "{since:?}");

    // Several for one address are one.
    let carl = address();
    let sent = join_all((0..4).map(|_| ana.invite(&album, &carl, "viewer"))).await;
    for answer in sent {
        answer.expect(201);
    }
    assert_eq!(listed(&ana, &album).await.len(), 1);
}

#[tokio::test]
async fn what_was_revoked_declined_or_has_expired_makes_nobody_a_member() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = Person::new(&system).await;
    let email = ben.verified().await;

    let id = invited(&ana, &album, &email).await;
    ana.delete(&format!("/v1/invitations/{id}"))
        .await
        .expect(204);
    ana.delete(&format!("/v1/invitations/{id}"))
        .await
        .problem(404);
    let late = accept(&ben, &id, None).await;
    assert_eq!(late.problem(410), "/problems/link-ended");
    assert!(listed(&ana, &album).await.is_empty());

    let id = invited(&ana, &album, &email).await;
    let decline = format!("/v1/invitations/{id}/decline");
    for _ in 0..2 {
        ben.post(&decline, json!({})).await.expect(204);
    }
    accept(&ben, &id, None).await.problem(410);
    assert_eq!(listed(&ana, &album).await[0]["state"], "declined");
    let resend = format!("/v1/invitations/{id}/resend");
    ana.post(&resend, json!({})).await.problem(404);

    let id = invited(&ana, &album, &email).await;
    expire(&system, &id, 1).await;
    accept(&ben, &id, None).await.problem(410);
    assert_eq!(listed(&ana, &album).await[0]["state"], "expired");
    let waiting = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"], json!([]));
    ana.post(&resend, json!({})).await.expect(200);
    accept(&ben, &id, None).await.expect(200);
}

/// Has the invitation expired so many seconds ago.
async fn expire(system: &System, invitation: &str, ago: i64) {
    let id: InvitationId = invitation.parse().expect("an id");
    let expired = sqlx::query("UPDATE invitations SET expires_at = ? WHERE id = ?")
        .bind(Moment::now().plus(-ago).utc())
        .bind(id.uuid())
        .execute(&mut library(system, id.shard()).await)
        .await
        .expect("an update");
    assert_eq!(expired.rows_affected(), 1);
}

#[tokio::test]
async fn a_link_ends_when_another_is_sent() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let id = invited(&ana, &album, &email).await;
    let first = token_to(&system, &email, INVITED).await;
    let anyone = Person::anonymous(&system);
    anyone
        .get(&format!("/v1/invited/{first}"))
        .await
        .expect(200);
    let resend = format!("/v1/invitations/{id}/resend");
    let sent = ana.post(&resend, json!({})).await.expect(200);
    assert_eq!(sent["id"], json!(id));
    let ended = anyone.get(&format!("/v1/invited/{first}")).await;
    assert_eq!(ended.problem(410), "/problems/link-ended");
    tests::system::until("a second mail", std::time::Duration::from_secs(30), async || {
        (count_mails(&system, &email, INVITED).await == 2).then_some(())
    })
    .await;
    let ben = signed_up(&system, &email).await;
    accept(&ben, &id, Some(&first)).await.problem(410);
    let second = token_to(&system, &email, INVITED).await;
    accept(&ben, &id, Some(&second)).await.expect(200);
}

#[tokio::test]
async fn the_answer_tells_nothing_of_accounts() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let with_account = address();
    Person::anonymous(&system)
        .sign_up(&with_account)
        .await
        .expect(201);
    let mut shapes = Vec::new();
    for email in [with_account, address()] {
        let sent = ana.invite(&album, &email, "viewer").await.expect(201);
        let mut names: Vec<_> = sent.as_object().expect("an object").keys().collect();
        names.sort();
        shapes.push(format!("{names:?} {} {}", sent["state"], sent["role"]));
    }
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test]
async fn only_who_has_shown_their_address_has_mail_sent_to_others() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}/invitations");
    let body = json!({"email": email, "role": "viewer"});
    let refused = ana.post(&path, body.clone()).await;
    assert_eq!(refused.problem(403), "/problems/address-not-verified");
    assert!(listed(&ana, &album).await.is_empty());
    // A stranger learns nothing more by it.
    let stranger = Person::new(&system).await;
    stranger.post(&path, body.clone()).await.problem(404);
    ana.verified().await;
    ana.post(&path, body).await.expect(201);
    mail_to(&system, &email, INVITED).await;
}

#[tokio::test]
async fn bad_invitations_are_named_and_only_the_owner_sends_any() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let path = format!("/v1/albums/{album}/invitations");
    for (field, body) in [
        ("email", json!({"email": "nobody", "role": "viewer"})),
        ("email", json!({"role": "viewer"})),
        ("role", json!({"email": address(), "role": "owner"})),
        ("roles", json!({"email": address(), "role": "viewer", "roles": 1})),
    ] {
        let answer = ana.post(&path, body).await;
        assert_eq!(answer.body["errors"][0]["field"], field, "{answer:?}");
        answer.problem(422);
    }
    let editor = ana.member(&album, "editor").await;
    let refused = editor.invite(&album, &address(), "viewer").await;
    assert_eq!(refused.problem(403), "/problems/not-allowed");
    editor.get(&path).await.problem(403);
    let stranger = Person::new(&system).await;
    stranger
        .invite(&album, &address(), "viewer")
        .await
        .problem(404);
    // Into an album in the trash nobody is invited, and nobody gets.
    let ben = Person::new(&system).await;
    let email = ben.verified().await;
    let id = invited(&ana, &album, &email).await;
    ana.delete(&format!("/v1/albums/{album}")).await.expect(204);
    ana.invite(&album, &address(), "viewer").await.problem(404);
    accept(&ben, &id, None).await.problem(404);
    let album: AlbumId = album.parse().expect("an id");
    ana.post(&format!("/v1/albums/{album}/restore"), json!({}))
        .await
        .expect(200);
    accept(&ben, &id, None).await.expect(200);
}
