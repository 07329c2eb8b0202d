//! Roles: every route × every kind of caller × every kind of object.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{Scope, view::Role},
    http::Access,
};
use tests::{
    Person, System,
    library::throw_away,
    person::{PASSWORD, address, text},
    photograph::{jpeg, sum},
    routes::{Door, every_route},
    system::until,
};

/// The subject of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The caller's own things: whoever is signed in.
    Caller,
    /// Something that belongs to an album, for this role and those above.
    Album(Role),
    /// Something of the album's that only its owner knows of.
    Hidden,
    /// Things that belong to nobody else at all.
    Private,
    /// Open to all; [`open_routes_are_open`] is about these.
    Open,
}

/// A line of the table: the route, what it is about, what its owner gets for one in the trash, its
/// body.
type Line = (&'static str, About, &'static [u16], Option<fn(&Ids) -> Value>);

const GONE: &[u16] = &[404];
const BLOCKED: &[u16] = &[404, 409];

fn lines() -> Vec<Line> {
    use About::{Album, Caller, Hidden, Open, Private};
    use Role::{Editor, Owner, Viewer};
    vec![
        ("CreateUser", Open, &[], None),
        ("CreateSession", Open, &[], None),
        ("ListSessions", Caller, &[], None),
        ("DeleteSession", Private, GONE, None),
        ("GetMe", Caller, &[], None),
        ("GetStatistics", Caller, &[], None),
        ("ListActivity", Caller, &[], None),
        ("UpdateMe", Caller, &[], Some(|_| json!({"name": "Ana"}))),
        ("DeleteMe", Caller, &[], Some(|_| json!({"password": "not the right one"}))),
        ("RestoreMe", Open, &[], None),
        ("CreateAlbum", Caller, &[], Some(|_| json!({"title": "Another"}))),
        ("ListAlbums", Caller, &[], None),
        ("ListSharedAlbums", Caller, &[], None),
        ("GetAlbum", Album(Viewer), GONE, None),
        ("UpdateAlbum", Album(Owner), GONE, Some(|_| json!({"title": "Renamed"}))),
        ("DeleteAlbum", Album(Owner), GONE, None),
        ("RestoreAlbum", Album(Owner), &[200], None),
        ("PutMember", Album(Owner), GONE, Some(|_| json!({"role": "viewer"}))),
        ("DeleteMember", Album(Owner), GONE, None),
        ("ListMembers", Album(Viewer), GONE, None),
        ("CreateShare", Album(Owner), GONE, Some(|_| json!({}))),
        ("ListShares", Album(Owner), GONE, None),
        ("DeleteShare", Hidden, &[204, 404], None),
        ("GetSharedAlbum", Open, &[], None),
        ("ListSharedPhotos", Open, &[], None),
        ("GetSharedOriginal", Open, &[], None),
        ("CreateSharedPhoto", Open, &[], None),
        ("UnlockShare", Open, &[], None),
        ("CreatePhoto", Album(Editor), GONE, Some(|_| announced())),
        ("ListPhotos", Album(Viewer), GONE, None),
        ("GetPhoto", Album(Viewer), &[200], None),
        ("GetOriginal", Album(Viewer), &[302], None),
        ("UpdatePhoto", Album(Editor), BLOCKED, Some(|_| json!({"caption": "New"}))),
        ("DeletePhoto", Album(Owner), &[204, 404, 409], None),
        ("RestorePhoto", Album(Owner), &[200], None),
        ("CheckPhotos", Caller, &[], Some(|_| json!({"sha256": [sum(b"x")]}))),
        ("ReprocessPhoto", Album(Editor), BLOCKED, None),
        ("AddPhotoToAlbum", Album(Owner), BLOCKED, None),
        ("RemovePhotoFromAlbum", Album(Owner), BLOCKED, None),
        ("GetUpload", Album(Editor), BLOCKED, None),
        (
            "SignUploadParts",
            Album(Editor),
            BLOCKED,
            Some(|_| json!({"parts": [{"number": 1, "sha256": sum(b"x")}]})),
        ),
        ("CompleteUpload", Album(Editor), BLOCKED, None),
        ("ListBuckets", Caller, &[], None),
        ("GetMonth", Caller, &[], None),
        ("SearchPhotos", Caller, &[], None),
        ("ListTrash", Caller, &[], None),
        ("ListChanges", Caller, &[], None),
        ("ListTags", Caller, &[], None),
        ("CreateComment", Album(Viewer), BLOCKED, Some(|_| json!({"text": "Nice"}))),
        ("ListComments", Album(Viewer), &[200, 404, 409], None),
        ("UpdateComment", Album(Owner), BLOCKED, Some(|_| json!({"text": "Nicer"}))),
        ("DeleteComment", Album(Owner), &[204, 404, 409], None),
        ("PutFavourite", Album(Viewer), BLOCKED, None),
        ("GetFavourite", Album(Viewer), &[200, 404, 409], None),
        ("DeleteFavourite", Album(Viewer), BLOCKED, None),
        ("PutTag", Album(Editor), BLOCKED, None),
        ("DeleteTag", Album(Editor), BLOCKED, None),
        ("AddTag", Album(Editor), BLOCKED, None),
        ("RemoveTag", Album(Editor), BLOCKED, None),
        ("CreateExport", Caller, &[], None),
        ("ListExports", Caller, &[], None),
        ("GetExport", Private, GONE, None),
        ("GetHealth", Open, &[], None),
        ("GetOpenapi", Open, &[], None),
    ]
}

fn announced() -> Value {
    let bytes = uuid::Uuid::now_v7();
    json!({"name": "a.jpg", "size": 16, "content_type": "image/jpeg", "sha256": sum(bytes.as_bytes())})
}

/// Ids by the name of a path's parameter.
type Ids = BTreeMap<&'static str, String>;

/// An owner with one of everything.
async fn things(owner: &Person) -> Ids {
    let system = &owner.system;
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
    let size = 17_000_000;
    let big = json!({"name": "b.jpg", "size": size, "content_type": "image/jpeg",
                     "sha256": sum(uuid::Uuid::now_v7().as_bytes())});
    let upload = owner
        .post(&format!("/v1/albums/{album}/photos"), big)
        .await
        .expect(201);
    let member = Person::new(system).await;
    let user = text(&member.get("/v1/me").await.expect(200)["id"]);
    let path = format!("/v1/albums/{album}/members/{user}");
    let put = owner
        .ask(Method::PUT, &path, &[], Some(json!({"role": "viewer"}).to_string()))
        .await;
    assert!(matches!(put.status, 200 | 201), "{}", put.body);
    let tag = format!("/v1/photos/{photo}/tags/lake");
    assert!(owner.ask(Method::PUT, &tag, &[], None).await.status < 300);
    BTreeMap::from([
        ("album", album),
        ("photo", photo),
        ("comment", text(&comment["id"])),
        ("share", text(&share["id"])),
        ("upload", text(&upload["upload"]["id"])),
        ("uploading", text(&upload["photo"]["id"])),
        ("user", user),
        ("tag", "lake".to_owned()),
        ("month", "2026-07".to_owned()),
    ])
}

fn rand_byte() -> u8 {
    uuid::Uuid::new_v4().as_bytes()[0]
}

/// The same ids with another last letter: nobody's.
fn absent(ids: &Ids) -> Ids {
    let other = |id: &String| {
        format!("{}{}", &id[..id.len() - 1], if id.ends_with('0') { '1' } else { '0' })
    };
    ids.iter()
        .map(|(name, id)| (*name, if id.contains('_') { other(id) } else { id.clone() }))
        .collect()
}

/// Everybody who may come along.
struct Cast {
    owner: Person,
    editor: Person,
    viewer: Person,
    stranger: Person,
    anonymous: Person,
    expired: Person,
    /// Keys of the owner's, each without the scope that it is named by.
    keys: BTreeMap<Scope, Person>,
}

async fn cast(system: &System) -> (Cast, BTreeMap<&'static str, Ids>) {
    let anonymous = Person::anonymous(system);
    let email = address();
    anonymous.sign_up(&email).await.expect(201);
    let key = async |more: Value| {
        let mut body = json!({"email": email, "password": PASSWORD});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        anonymous.with(&text(&anonymous.post("/v1/sessions", body).await.expect(201)["token"]))
    };
    let owner = key(json!({})).await;
    let keys = BTreeMap::from([
        (Scope::Read, key(json!({"scopes": ["account", "write"]})).await),
        (Scope::Write, key(json!({"scopes": ["account", "read"]})).await),
        (Scope::Account, key(json!({"scopes": ["read", "write"]})).await),
    ]);
    let soon = shared::domain::Moment::now().plus(1).to_string();
    let expired = key(json!({"expires_at": soon})).await;
    let (editor, viewer, stranger) =
        (Person::new(system).await, Person::new(system).await, Person::new(system).await);
    let shared = things(&owner).await;
    let trashed = things(&owner).await;
    for (person, role) in [(&editor, "editor"), (&viewer, "viewer")] {
        let user = text(&person.get("/v1/me").await.expect(200)["id"]);
        for ids in [&shared, &trashed] {
            let path = format!("/v1/albums/{}/members/{user}", ids["album"]);
            let put = owner
                .ask(Method::PUT, &path, &[], Some(json!({"role": role}).to_string()))
                .await;
            assert!(matches!(put.status, 200 | 201), "{}", put.body);
        }
    }
    owner
        .delete(&format!("/v1/photos/{}", trashed["photo"]))
        .await
        .expect(204);
    // Not by the route, which ends at once what never came.
    throw_away(system, &trashed["uploading"]).await;
    owner
        .delete(&format!("/v1/albums/{}", trashed["album"]))
        .await
        .expect(204);
    let foreign = things(&Person::new(system).await).await;
    until("the session has expired", std::time::Duration::from_secs(10), async || {
        (expired.get("/v1/me").await.status == 401).then_some(())
    })
    .await;
    let objects = BTreeMap::from([
        ("absent", absent(&shared)),
        ("foreign", foreign),
        ("shared", shared),
        ("trashed", trashed),
    ]);
    (Cast { owner, editor, viewer, stranger, anonymous, expired, keys }, objects)
}

async fn send(door: &Door, line: &Line, ids: &Ids, by: &Person) -> (u16, Value) {
    let mut path = door.spec.path.to_owned();
    for (name, id) in ids {
        path = path.replace(&format!("{{{name}}}"), id);
    }
    // The one parameter of a query that a route cannot do without.
    let path = if path.ends_with("/tags") && path.contains("/photos/") {
        format!("{path}?tag=lake")
    } else {
        path
    };
    let path = path.replace("{session}", "session_01h2xcejqtf2nbrexx3vqjhp41");
    let path = path.replace("{export}", "export_01h2xcejqtf2nbrexx3vqjhp41");
    let method = Method::from_bytes(door.spec.method.as_str().as_bytes()).expect("a method");
    let answer = by
        .ask(method, &path, &[], line.3.map(|body| body(ids).to_string()))
        .await;
    (answer.status, answer.body)
}

/// Destructive ones last, the largest thing at the very end.
fn order(door: &Door) -> (bool, usize) {
    let last = [
        "DeleteComment",
        "DeleteShare",
        "DeleteMember",
        "RemovePhotoFromAlbum",
        "DeletePhoto",
        "DeleteAlbum",
    ];
    (
        door.spec.method == "DELETE",
        last.iter()
            .position(|name| *name == door.name)
            .map_or(0, |at| at + 1),
    )
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let system = System::shared();
    let (cast, objects) = cast(&system).await;
    let mut doors = every_route();
    doors.sort_by_key(order);
    let table = lines();
    let names: BTreeSet<_> = doors.iter().map(|door| door.name).collect();
    assert_eq!(
        names,
        table.iter().map(|line| line.0).collect(),
        "the routes, and the lines of this table"
    );
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut check =
        |door: &Door, who: &str, object: &str, (status, body): (u16, Value), good: &[u16]| {
            checked += 1;
            // Without a list: done, or refused for another reason than who asks.
            let right = if good.is_empty() {
                status < 500 && ![401, 403, 404].contains(&status)
            } else {
                good.contains(&status)
            };
            if !right {
                wrong.push(format!("{} {who} {object}: {status}, not {good:?}: {body}", door.name));
            }
        };
    // First who is refused, so that nothing that they try can be there any more by their doing.
    for door in doors
        .iter()
        .filter(|door| door.spec.access == Access::SignedIn)
    {
        let line = table
            .iter()
            .find(|line| line.0 == door.name)
            .expect("a line");
        for (object, ids) in &objects {
            for (who, person) in [("anonymous", &cast.anonymous), ("expired", &cast.expired)] {
                check(door, who, object, send(door, line, ids, person).await, &[401]);
            }
            let guest = cast
                .anonymous
                .ask(Method::GET, "/v1/me", &[("albumen-share-key", "x")], None)
                .await;
            check(door, "guest", object, (guest.status, guest.body), &[401]);
            let key = &cast.keys[&door.spec.scope];
            check(door, "key without scope", object, send(door, line, ids, key).await, &[403]);
            if line.1 == About::Caller {
                continue;
            }
            check(door, "stranger", object, send(door, line, ids, &cast.stranger).await, &[404]);
            let all = [
                ("viewer", &cast.viewer, Role::Viewer),
                ("editor", &cast.editor, Role::Editor),
                ("owner", &cast.owner, Role::Owner),
            ];
            for (who, person, role) in all {
                let known = match line.1 {
                    About::Private => false,
                    About::Hidden => role == Role::Owner,
                    _ => true,
                };
                let seen = *object == "shared" && known;
                let lacks = matches!(line.1, About::Album(least) if !role.may(least));
                let own_trash = *object == "trashed" && role == Role::Owner;
                if !seen && !own_trash {
                    check(door, who, object, send(door, line, ids, person).await, &[404]);
                } else if seen && lacks {
                    check(door, who, object, send(door, line, ids, person).await, &[403]);
                }
            }
        }
    }
    // Then who may, from the least to the owner.
    for door in doors
        .iter()
        .filter(|door| door.spec.access == Access::SignedIn)
    {
        let line = table
            .iter()
            .find(|line| line.0 == door.name)
            .expect("a line");
        let all = [
            ("viewer", &cast.viewer, Role::Viewer),
            ("editor", &cast.editor, Role::Editor),
            ("owner", &cast.owner, Role::Owner),
        ];
        for (who, person, role) in all {
            let may = match line.1 {
                About::Caller => true,
                About::Album(least) => role.may(least),
                About::Hidden => role == Role::Owner,
                About::Private | About::Open => false,
            };
            if may {
                check(door, who, "shared", send(door, line, &objects["shared"], person).await, &[]);
            }
        }
    }
    // At last the trash, which restoring empties: what is not restored comes first.
    let (restoring, others): (Vec<_>, Vec<_>) = doors
        .iter()
        .partition(|door| door.name.starts_with("Restore"));
    for door in others.into_iter().chain(restoring) {
        let line = table
            .iter()
            .find(|line| line.0 == door.name)
            .expect("a line");
        if matches!(line.1, About::Album(_) | About::Hidden) {
            check(
                door,
                "owner",
                "trashed",
                send(door, line, &objects["trashed"], &cast.owner).await,
                line.2,
            );
        }
    }
    assert!(wrong.is_empty(), "{} of {checked} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 1000, "found too little to check: {checked}");
}

#[tokio::test]
async fn open_routes_are_open() {
    let anyone = Person::anonymous(&System::shared());
    let open: Vec<_> = every_route()
        .into_iter()
        .filter(|door| door.spec.access == Access::Anyone)
        .collect();
    assert!(open.len() >= 5, "found too little to check");
    for door in open {
        let ids = BTreeMap::from([
            ("token", "albumen_none".to_owned()),
            ("photo", "photo_none".to_owned()),
        ]);
        let (status, body) =
            send(&door, &(door.name, About::Open, &[], Some(|_| json!({}))), &ids, &anyone).await;
        // Without anything that they want, they say what they want, or that there is no such thing.
        assert!([200, 404, 422].contains(&status), "{}: {status} {body}", door.name);
    }
}
