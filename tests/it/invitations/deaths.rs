//! Invitations whose requests die: sending, and accepting on two shards.

use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{AlbumId, InvitationId, SendingId, UserId, sharing::MemberRole},
    http::Signer,
    stores::library::NewInvitation,
};
use tests::{
    ApiResponse, Person, System,
    kill_points::Deaths,
    person::{address, text},
    system::{env, projector, until},
};

use super::{accept, count_members, invited, listed};

const DEATHS: usize = 8;

/// Wherever an acceptance dies, it has happened or not; repeated, there is one member, and their own
/// shard knows.
#[tokio::test]
async fn an_acceptance_that_dies_anywhere_is_repeated() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let acting = system.acting_as("AcceptInvitation");
    let signer = Signer::connect(&env(&acting, &acting.dynamodb)).expect("a signer");
    let mut deaths = Deaths::at(DEATHS);
    for _ in 0..=DEATHS {
        let ben = Person::new(&system).await;
        let email = ben.verified().await;
        let id = invited(&ana, &album, &email).await;
        let user: UserId = ben.id().await.parse().expect("an id");
        let sum = signer.invitee(&email.clone().try_into().expect("an address"));
        // Pools of its own: what dies takes its connection along.
        let projector = projector(&acting);
        let work = async {
            let invitation: InvitationId = id.parse().expect("an id");
            let library = &projector.library;
            let (_, changes) = library
                .accept_invitation(invitation, user, &sum)
                .await
                .expect("a membership");
            projector.settle(&changes).await;
        };
        deaths.run(work).await;
        accept(&ben, &id, None).await.expect(200);
        let path = "/v1/albums/shared-with-me";
        until("Ben's shard knows", std::time::Duration::from_secs(30), async || {
            system.invoke("RelayOutbox", &json!({})).await;
            let shared = ben.get(path).await.expect(200);
            (shared["items"][0]["id"] == json!(album)).then_some(())
        })
        .await;
    }
    deaths.assert_happened();
    assert_eq!(count_members(&ana, &album).await, DEATHS + 2);
    assert!(listed(&ana, &album).await.is_empty());
}

/// A sending that is repeated is the same one; what it left before its row leads nowhere.
#[tokio::test]
async fn a_sending_that_is_repeated_is_one() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = Person::new(&system).await;
    let email = ben.verified().await;
    let acting = system.acting_as("CreateInvitation");
    let env = env(&acting, &acting.dynamodb);
    let signer = Signer::connect(&env).expect("a signer");
    let invited = shared::stores::Invited::connect(&env).expect("invited");
    let address = email.clone().try_into().expect("an address");
    let sum = signer.invitee(&address);
    let album_id: AlbumId = album.parse().expect("an id");
    let until = shared::domain::Moment::now().plus(60);
    invited
        .note(&sum, album_id, SendingId::new(album_id.shard()), until)
        .await
        .expect("an item before its row");
    let waiting = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"], json!([]), "the row has the last word");

    let shard = album_id.shard();
    let new = NewInvitation {
        id: InvitationId::new(shard),
        sending: SendingId::new(shard),
        album: album_id,
        caller: ana.id().await.parse().expect("an id"),
        email: &address,
        invitee: &sum,
        role: MemberRole::Viewer,
    };
    let library = projector(&acting).library;
    let (first, _) = library.invite(&new).await.expect("an invitation");
    accept(&ben, &first.id.to_string(), None).await.expect(200);
    // The request comes again, because its answer was lost: it invites nobody anew.
    let (again, changes) = library.invite(&new).await.expect("the same");
    assert_eq!((again.id, again.sent_at), (first.id, first.sent_at));
    assert!(changes.is_empty(), "{changes:?}");
    assert!(listed(&ana, &album).await.is_empty(), "it stays accepted");
}

/// Sends a POST under a key.
pub(super) async fn post(person: &Person, path: &str, key: &str, body: &Value) -> ApiResponse {
    let headers = [("idempotency-key", key)];
    person
        .ask(Method::POST, path, &headers, Some(body.to_string()))
        .await
}

/// A request that comes once more, when others have come after it, brings nothing back.
#[tokio::test]
async fn a_late_repetition_changes_nothing() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    ana.verified().await;
    let path = format!("/v1/albums/{album}/invitations");
    let first = json!({"email": email, "role": "editor"});
    let sent = post(&ana, &path, "first", &first).await.expect(201);
    let id = text(&sent["id"]);
    let resend = format!("/v1/invitations/{id}/resend");
    let again = post(&ana, &resend, "again", &json!({})).await;
    again.expect(200);
    ana.invite(&album, &email, "viewer").await.expect(201);
    let before = listed(&ana, &album).await;

    post(&ana, &path, "first", &first).await.expect(201);
    let repeated = post(&ana, &resend, "again", &json!({})).await;
    repeated.expect(200);
    assert_eq!(listed(&ana, &album).await, before, "the role is the later one");

    ana.delete(&format!("/v1/invitations/{id}"))
        .await
        .expect(204);
    post(&ana, &path, "first", &first).await.expect(201);
    let repeated = post(&ana, &resend, "again", &json!({})).await;
    repeated.problem(404);
    assert!(listed(&ana, &album).await.is_empty(), "it stays revoked");
}

/// The key of a request makes its sending: two requests under one are one sending, and one mail.
#[tokio::test]
async fn one_key_is_one_sending() {
    let (system, email) = (System::shared(), address());
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    ana.verified().await;
    let path = format!("/v1/albums/{album}/invitations");
    let body = json!({"email": email, "role": "viewer"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let sent = post(&ana, &path, "one", &body).await;
        ids.push(text(&sent.expect(201)["id"]));
    }
    assert_eq!(ids[0], ids[1]);
    tests::mailbox::mail_to(&system, &email, super::INVITED).await;
    assert_eq!(tests::mailbox::count_mails(&system, &email, super::INVITED).await, 1);
}
