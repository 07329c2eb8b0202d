//! Somebody whose account ends, and somebody who stays.

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{
        Email, Folder, SendingId, Shard, UserId,
        invitations::{InvitationLink, InvitationTarget},
        token::Token,
    },
    http::Signer,
    stores::{AccountChange, Accounts, Emails, Identities, MailTokens},
};
use tests::{
    Person, System, authenticator,
    mailbox::token_to,
    passkey,
    person::{PASSWORD, address, appoint, text},
    photograph::jpeg,
    system::{accounts, env, projector, until},
};

/// Somebody with one of everything, here and at Bert's.
pub(super) struct Cast {
    pub ana: Person,
    pub email: String,
    /// Addresses that she had, or tried to have.
    pub others: Vec<String>,
    pub id: UserId,
    /// A recovery code of her second factor.
    pub code: String,
    /// The folder of her objects.
    pub folder: Folder,
    pub photo: String,
    pub bert: Person,
    pub his_album: String,
    pub his_photo: String,
}

/// Makes the row that a request leaves which died while it made her an administrator.
async fn unfinished_claim(system: &System, user: UserId) {
    let first = Shard::new(0).expect("a shard");
    let claimed = sqlx::query(
        "INSERT INTO administrator_claims (code_hash, user_id, claimed_at) VALUES (?, ?, NOW(6))",
    )
    .bind(Token::new().digest().as_slice())
    .bind(user.uuid())
    .execute(&mut accounts(system, first).await)
    .await;
    claimed.expect("a claim");
}

async fn put(person: &Person, path: &str, body: Option<Value>) {
    let answer = person
        .ask(Method::PUT, path, &[], body.map(|body| body.to_string()))
        .await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
}

/// Makes Ana, with one of everything, here and at Bert's.
pub(super) async fn cast(system: &System, bert: &Person, seed: u8) -> Cast {
    let anyone = Person::anonymous(system);
    let first_address = address();
    anyone.sign_up(&first_address).await.expect(201);
    let session = anyone.sign_in(&first_address).await.expect(201);
    let ana = anyone.with(&text(&session["token"]));
    let id: UserId = ana.id().await.parse().expect("an id");
    unfinished_claim(system, id).await;
    appoint(system, &id.to_string()).await;
    let invited = json!({"email": address()});
    let invitation = ana.post("/v1/sign-up/invitations", invited).await;
    invitation.expect(201);
    let photo = things_of_hers(&ana, bert, seed).await;
    let (his_album, his_photo) = what_she_does_at(bert, &ana, seed).await;
    export(&ana).await;
    let (others, email) = moved(&ana, id, first_address).await;
    // Before the second factor is on, which would ask for a code.
    passkey::added(&ana).await;
    let mut app = authenticator::begun(&ana).await;
    let confirmed = authenticator::confirm(&ana, &app.code().await).await;
    let code = authenticator::recovery_codes(&confirmed.expect(200)).remove(0);
    let surprise = bert.album("Surprise").await;
    bert.invite(&surprise, &email, "viewer").await.expect(201);
    hand_a_token(system, id).await;
    link_an_identity(system, id).await;
    let library = projector(system).library;
    let folder = library.folder(id).await.expect("a folder");
    let bert = bert.clone();
    Cast { ana, email, others, id, code, folder, photo, bert, his_album, his_photo }
}

/// Links the account to an identity at a provider.
async fn link_an_identity(system: &System, user: UserId) {
    const ISSUER: &str = "https://id.example";
    let acting = system.acting_as("CompleteSingleSignOn");
    let env = env(&acting, &acting.dynamodb);
    let subject = user.to_string();
    let accounts = Accounts::connect(&env).expect("accounts");
    let linked = accounts.link(user, ISSUER, &subject).await;
    assert!(linked.expect("an identity"));
    let sum = Signer::connect(&env)
        .expect("a signer")
        .identity(ISSUER, &subject);
    let identities = Identities::connect(&env).expect("identities");
    identities.bind(&sum, user).await.expect("an item");
}

/// Keeps a token that a user hands on, as they do where no mail is sent.
async fn hand_a_token(system: &System, user: UserId) {
    let acting = system.acting_as("CreateInvitation");
    let tokens = MailTokens::connect(&env(&acting, &acting.dynamodb)).expect("tokens");
    let link = InvitationLink {
        target: InvitationTarget::Album,
        sending: SendingId::new(user.shard()),
        mailed: false,
    };
    let handed = tokens.hand(&Token::new(), user, link).await;
    handed.expect("a token");
}

/// Makes a photo of Ana's in an album that Bert sees and comments on, and in one in the trash; its
/// id.
async fn things_of_hers(ana: &Person, bert: &Person, seed: u8) -> String {
    let album = ana.album("Summer").await;
    let trashed = ana.album("Old").await;
    let photo = ana.upload(&album, &jpeg(40, 30, seed)).await;
    ana.settled(&photo).await;
    put(ana, &format!("/v1/photos/{photo}/tags/lake"), None).await;
    put(ana, &format!("/v1/albums/{trashed}/photos/{photo}"), None).await;
    let thrown = ana.delete(&format!("/v1/albums/{trashed}")).await;
    thrown.expect(204);
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await;
    share.expect(201);
    ana.admit(&album, bert, "viewer").await;
    ana.invite(&album, &address(), "viewer").await.expect(201);
    let comments = format!("/v1/photos/{photo}/comments");
    let comment = bert.post(&comments, json!({"text": "Nice"})).await;
    comment.expect(201);
    photo
}

/// Makes Ana an editor of an album of Bert's, and has her comment on a photo there; both ids.
async fn what_she_does_at(bert: &Person, ana: &Person, seed: u8) -> (String, String) {
    let album = bert.album("His").await;
    let image = jpeg(40, 30, seed.wrapping_add(100));
    let photo = bert.upload(&album, &image).await;
    bert.settled(&photo).await;
    bert.admit(&album, ana, "editor").await;
    let comments = format!("/v1/photos/{photo}/comments");
    let comment = ana.post(&comments, json!({"text": "Lovely"})).await;
    comment.expect(201);
    put(ana, &format!("/v1/photos/{photo}/favourite"), None).await;
    (album, photo)
}

async fn export(ana: &Person) {
    let export = ana.post("/v1/me/exports", json!({})).await.expect(202);
    let path = format!("/v1/me/exports/{}", text(&export["id"]));
    until("the export is ready", Duration::from_mins(1), async || {
        (ana.get(&path).await.expect(200)["state"] == "ready").then_some(())
    })
    .await;
}

/// Changes the address several times at once, as who confirms several does; those that she has not,
/// and the one that she has. Another one waits.
async fn moved(ana: &Person, user: UserId, email: String) -> (Vec<String>, String) {
    let acting = ana.system.acting_as("VerifyAddress");
    let env = env(&acting, &acting.dynamodb);
    let accounts = Accounts::connect(&env).expect("accounts");
    let emails = Emails::connect(&env).expect("addresses");
    let account = accounts.find(user).await.expect("an answer");
    let account = account.expect("an account");
    let mut others: Vec<_> = (0..5).map(|_| address()).collect();
    let change = async |email: &String| {
        let email = Email::try_from(email.clone()).expect("an address");
        let change = AccountChange { email: Some(email.clone()), ..AccountChange::default() };
        accounts
            .change_address(&emails, &account, &email, &change)
            .await
    };
    let outcomes = join_all(others.iter().map(change)).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let has = text(&ana.get("/v1/me").await.expect(200)["email"]);
    let waiting = address();
    let body = json!({"email": waiting, "current_password": PASSWORD}).to_string();
    let asked = ana.ask(Method::PATCH, "/v1/me", &[], Some(body)).await;
    asked.expect(200);
    token_to(&ana.system, &waiting, "Confirm your new address").await;
    others.extend([email, waiting]);
    others.retain(|email| *email != has);
    (others, has)
}
