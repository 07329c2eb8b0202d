//! Everybody who may come along, and what they ask about.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use shared::domain::{Moment, Scope, view::Role};
use tests::{
    Person, System,
    library::throw_away,
    person::{PASSWORD, address, text},
    photograph::{jpeg, sum},
    system::until,
};

/// Ids by the name of a path's parameter.
pub(super) type Ids = BTreeMap<&'static str, String>;

/// Everybody who may come along, and the things that they ask about.
pub(super) struct Cast {
    pub owner: Person,
    editor: Person,
    viewer: Person,
    pub stranger: Person,
    /// Somebody who administers accounts, and has nothing to do with the album.
    pub administrator: Person,
    pub anonymous: Person,
    /// Somebody whose session has ended.
    pub expired: Person,
    /// Keys of the owner's, each without the scope that it is named by.
    pub keys: BTreeMap<Scope, Person>,
    /// Things that nobody has, that another has, that are shared with the members, and that the
    /// owner has put into the trash.
    pub objects: BTreeMap<&'static str, Ids>,
}

impl Cast {
    /// Returns those of the album, from the least role to the owner.
    pub(super) fn members(&self) -> [(&'static str, &Person, Role); 3] {
        [
            ("viewer", &self.viewer, Role::Viewer),
            ("editor", &self.editor, Role::Editor),
            ("owner", &self.owner, Role::Owner),
        ]
    }
}

/// Makes everybody, and what they ask about.
pub(super) async fn cast(system: &System) -> Cast {
    let anonymous = Person::anonymous(system);
    let email = address();
    anonymous.sign_up(&email).await.expect(201);
    let owner = key(&anonymous, &email, json!({})).await;
    let soon = Moment::now().plus(1).to_string();
    let expired = key(&anonymous, &email, json!({"expires_at": soon})).await;
    let editor = Person::new(system).await;
    let viewer = Person::new(system).await;
    let mut shared = things(&owner).await;
    let trashed = things(&owner).await;
    for ids in [&shared, &trashed] {
        owner.admit(&ids["album"], &editor, "editor").await;
        owner.admit(&ids["album"], &viewer, "viewer").await;
    }
    throw_things_away(&owner, &trashed).await;
    until("the session has expired", Duration::from_secs(10), async || {
        (expired.get("/v1/me").await.status == 401).then_some(())
    })
    .await;
    let administrator = Person::administrator(system).await;
    let invited = json!({"email": address()});
    let invitation = administrator.post("/v1/sign-up/invitations", invited).await;
    shared.insert("sign-up invitation", text(&invitation.expect(201)["id"]));
    let objects = BTreeMap::from([
        ("absent", absent(&shared)),
        ("foreign", things(&Person::new(system).await).await),
        ("shared", shared),
        ("trashed", trashed),
    ]);
    let keys = keys(&anonymous, &email).await;
    let stranger = Person::new(system).await;
    Cast { owner, editor, viewer, stranger, administrator, anonymous, expired, keys, objects }
}

/// Makes keys of an account, each without the scope that it is named by.
async fn keys(anonymous: &Person, email: &str) -> BTreeMap<Scope, Person> {
    let without_read = json!({"scopes": ["account", "write"]});
    let without_write = json!({"scopes": ["account", "read"]});
    let without_account = json!({"scopes": ["read", "write"]});
    BTreeMap::from([
        (Scope::Read, key(anonymous, email, without_read).await),
        (Scope::Write, key(anonymous, email, without_write).await),
        (Scope::Account, key(anonymous, email, without_account).await),
    ])
}

/// Signs in to an account, with more than its address and password.
async fn key(anonymous: &Person, email: &str, more: Value) -> Person {
    let mut body = json!({"email": email, "password": PASSWORD});
    let members = body.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    let session = anonymous.post("/v1/sessions", body).await.expect(201);
    anonymous.with(&text(&session["token"]))
}

async fn throw_things_away(owner: &Person, ids: &Ids) {
    owner
        .delete(&format!("/v1/photos/{}", ids["photo"]))
        .await
        .expect(204);
    // Not by the route, which ends at once what never came.
    throw_away(&owner.system, &ids["uploading"]).await;
    owner
        .delete(&format!("/v1/albums/{}", ids["album"]))
        .await
        .expect(204);
}

/// Makes an owner one of everything. A session, a passkey and an export are nobody's.
async fn things(owner: &Person) -> Ids {
    let album = owner.album("Summer").await;
    let photo = owner.upload(&album, &jpeg(30, 20, rand_byte())).await;
    owner.settled(&photo).await;
    let comment = owner
        .post(&format!("/v1/photos/{photo}/comments"), json!({"text": "Here"}))
        .await
        .expect(201);
    let share = owner
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let upload = owner
        .post(&format!("/v1/albums/{album}/photos"), announcement_in_parts())
        .await
        .expect(201);
    let user = owner.member(&album, "viewer").await.id().await;
    let invitation = owner.invite(&album, &address(), "viewer").await.expect(201);
    let tag = format!("/v1/photos/{photo}/tags/lake");
    assert!(owner.ask(Method::PUT, &tag, &[], None).await.status < 300);
    BTreeMap::from([
        ("album", album),
        ("photo", photo),
        ("comment", text(&comment["id"])),
        ("share", text(&share["id"])),
        ("invitation", text(&invitation["id"])),
        ("upload", text(&upload["upload"]["id"])),
        ("uploading", text(&upload["photo"]["id"])),
        ("user", user),
        ("tag", "lake".to_owned()),
        ("month", "2026-07".to_owned()),
        ("session", "session_01h2xcejqtf2nbrexx3vqjhp41".to_owned()),
        ("passkey", "passkey_01h2xcejqtf2nbrexx3vqjhp41".to_owned()),
        ("export", "export_01h2xcejqtf2nbrexx3vqjhp41".to_owned()),
    ])
}

fn announcement_in_parts() -> Value {
    let size = 17_000_000;
    let sum = sum(uuid::Uuid::now_v7().as_bytes());
    json!({"name": "b.jpg", "size": size, "content_type": "image/jpeg", "sha256": sum})
}

fn rand_byte() -> u8 {
    uuid::Uuid::new_v4().as_bytes()[0]
}

/// Returns the same ids with another last letter: nobody's.
fn absent(ids: &Ids) -> Ids {
    let mut absent = Ids::new();
    for (name, id) in ids {
        let other = match id.strip_suffix('0') {
            _ if !id.contains('_') => id.clone(),
            Some(start) => format!("{start}1"),
            None => format!("{}0", &id[..id.len() - 1]),
        };
        absent.insert(name, other);
    }
    absent
}
