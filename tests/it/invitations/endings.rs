//! Invitations that end without an answer, and what leads to them.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::json;
use shared::{
    domain::InvitationId,
    env::Env,
    http::Signer,
    stores::{Invited, Library},
};
use tests::{
    Person, System,
    person::{PASSWORD, address},
    statement_counter::StatementCounter,
    system::{env, library, sdk},
};

use super::{accept, count_members, expire, invited, listed};
use crate::batch::lifecycle::purge_trash;

const DAY: i64 = 24 * 3600;

#[tokio::test]
async fn who_is_put_out_comes_back_by_no_older_invitation() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = ana.member(&album, "viewer").await;
    let email = ben.verified().await;
    let id = invited(&ana, &album, &email).await;
    let member = format!("/v1/albums/{album}/members/{}", ben.id().await);
    ana.delete(&member).await.expect(204);
    let late = accept(&ben, &id, None).await;
    assert_eq!(late.problem(410), "/problems/link-ended");
    assert_eq!(count_members(&ana, &album).await, 1);
    let anew = invited(&ana, &album, &email).await;
    accept(&ben, &anew, None).await.expect(200);
}

#[tokio::test]
async fn invitations_end_with_an_account_that_closes() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let ben = Person::new(&system).await;
    let email = ben.verified().await;
    let id = invited(&ana, &album, &email).await;
    let owner = ana.verified().await;
    let body = json!({"password": PASSWORD}).to_string();
    let closed = ana.ask(Method::DELETE, "/v1/me", &[], Some(body)).await;
    closed.expect(202);
    accept(&ben, &id, None).await.problem(410);

    // Whoever keeps the account after all invites anew.
    let credentials = json!({"email": owner, "password": PASSWORD});
    let restored = ana.post("/v1/me/restore", credentials).await;
    restored.expect(204);
    accept(&ben, &id, None).await.problem(410);
    assert_eq!(row_of(&system, &id).await, Some(("revoked".to_owned(), String::new())));
}

#[tokio::test]
async fn what_is_over_for_a_month_is_deleted() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let old = invited(&ana, &album, &address()).await;
    let young = invited(&ana, &album, &address()).await;
    expire(&system, &old, 31 * DAY).await;
    expire(&system, &young, 29 * DAY).await;
    purge_trash(&system).await;
    assert_eq!(row_of(&system, &old).await, None);
    assert!(row_of(&system, &young).await.is_some());
    assert_eq!(listed(&ana, &album).await.len(), 1);
}

/// The state of an invitation and the address in it.
async fn row_of(system: &System, invitation: &str) -> Option<(String, String)> {
    let id: InvitationId = invitation.parse().expect("an id");
    sqlx::query_as("SELECT state, address FROM invitations WHERE id = ?")
        .bind(id.uuid())
        .fetch_optional(&mut library(system, id.shard()).await)
        .await
        .expect("an answer")
}

#[tokio::test]
async fn what_has_ended_is_in_nobody_s_way() {
    let system = System::shared();
    let ben = Person::new(&system).await;
    let email = ben.verified().await;
    let acting = system.acting_as("ListMyInvitations");
    let own = env(&acting, &acting.dynamodb);
    let signer = Signer::connect(&own).expect("a signer");
    let sum = signer.invitee(&email.clone().try_into().expect("an address"));
    let leads = Invited::connect(&own).expect("items");
    let mut invitations = Vec::new();
    for _ in 0..5 {
        let ana = Person::new(&system).await;
        let album = ana.album("Summer").await;
        invitations.push(invited(&ana, &album, &email).await);
    }
    let albums = leads.albums(&sum).await.expect("albums");
    assert_eq!(albums.len(), 5);

    // However many wait, each cluster is asked once.
    let counter = StatementCounter::new();
    let mut variables: HashMap<_, _> = acting.environment.clone().into_iter().collect();
    let shards = counter.before(system.variable("LIBRARY_SHARDS"), "LIBRARY_SHARDS");
    variables.insert("LIBRARY_SHARDS".to_owned(), shards);
    let watched = Env::with(sdk(&acting, &acting.dynamodb), variables);
    let library = Library::connect(&watched).expect("a library");
    let found = library.invitations_of_address(&albums, &sum).await;
    assert_eq!(found.expect("invitations").len(), 5);
    let statements = counter.take();
    assert!((1..=2).contains(&statements.len()), "{statements:?}");

    let waiting = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"][0]["id"], json!(invitations[4]), "the newest first");
    for id in &invitations[..2] {
        accept(&ben, id, None).await.expect(200);
    }
    let waiting = ben.get("/v1/me/invitations").await.expect(200);
    assert_eq!(waiting["items"].as_array().map(Vec::len), Some(3));
    assert_eq!(leads.albums(&sum).await.expect("albums").len(), 3);
}
