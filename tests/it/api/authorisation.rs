//! Roles: every route × every kind of caller × every kind of object. What is right for a route
//! stands in its line of `tests/src/routes.rs`.

mod cast;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use shared::{domain::view::Role, http::Access};
use tests::{
    Person, System,
    routes::{RouteEntry, Subject, every_route},
};

use cast::{Cast, Ids};

/// Calls a route about these things.
async fn send(route: &RouteEntry, ids: &Ids, by: &Person) -> (u16, Value) {
    let mut path = route.spec.path.to_owned();
    if route.subject == Subject::Accounts {
        // Of administrators: not the one into the album.
        let invitation = ids.get("sign-up invitation");
        path = path.replace("{invitation}", invitation.map_or("none", String::as_str));
    }
    for (name, id) in ids {
        path = path.replace(&format!("{{{name}}}"), id);
    }
    path += route.query;
    let method = Method::from_bytes(route.spec.method.as_str().as_bytes()).expect("a method");
    let body = route.body.map(|make| make().to_string());
    let answer = by.ask(method, &path, &[], body).await;
    (answer.status, answer.body)
}

/// Returns what routes are sorted by: destructive ones last, the largest thing at the very end.
fn order(route: &RouteEntry) -> (bool, usize) {
    let last = [
        "DeleteComment",
        "DeleteShare",
        "DeleteMember",
        "RemovePhotoFromAlbum",
        "DeletePhoto",
        "DeleteAlbum",
    ];
    let place = last.iter().position(|name| *name == route.name);
    (route.spec.method == "DELETE", place.map_or(0, |index| index + 1))
}

/// Answers that were looked at, and those that are not what they should be.
#[derive(Default)]
struct Verdict {
    checked: usize,
    wrong: Vec<String>,
}

impl Verdict {
    /// Holds that somebody was answered with one of these statuses.
    fn one_of(&mut self, good: &[u16], asked: &str, (status, body): (u16, Value)) {
        self.checked += 1;
        if !good.contains(&status) {
            self.wrong
                .push(format!("{asked}: {status}, not {good:?}: {body}"));
        }
    }

    /// Holds that it was done, or refused for another reason than who asks.
    fn allowed(&mut self, asked: &str, (status, body): (u16, Value)) {
        self.checked += 1;
        if status >= 500 || [401, 403, 404].contains(&status) {
            self.wrong
                .push(format!("{asked}: {status}, not done: {body}"));
        }
    }
}

/// Asks as those who never may: without a session, with one that has ended, with a guest's key,
/// without the scope.
async fn ask_as_nobody(verdict: &mut Verdict, route: &RouteEntry, cast: &Cast, kind: &str) {
    let ids = &cast.objects[kind];
    let name = route.name;
    for (who, person) in [("anonymous", &cast.anonymous), ("expired", &cast.expired)] {
        verdict.one_of(&[401], &format!("{name} {who} {kind}"), send(route, ids, person).await);
    }
    let share_key = [("albumen-share-key", "x")];
    let guest = cast
        .anonymous
        .ask(Method::GET, "/v1/me", &share_key, None)
        .await;
    verdict.one_of(&[401], &format!("{name} guest {kind}"), (guest.status, guest.body));
    let key = &cast.keys[&route.spec.scope];
    let asked = format!("{name} key without scope {kind}");
    verdict.one_of(&[403], &asked, send(route, ids, key).await);
}

/// Asks as those of the album, and a stranger, who may not: 404 for what they may not see, 403 for
/// what their role may not do.
async fn ask_as_who_may_not(verdict: &mut Verdict, route: &RouteEntry, cast: &Cast, kind: &str) {
    let ids = &cast.objects[kind];
    let name = route.name;
    if route.subject == Subject::Accounts {
        return ask_about_accounts(verdict, route, cast, kind).await;
    }
    let asked = format!("{name} stranger {kind}");
    verdict.one_of(&[404], &asked, send(route, ids, &cast.stranger).await);
    for (who, person, role) in cast.members() {
        let known = match route.subject {
            Subject::Private => false,
            Subject::Hidden => role == Role::Owner,
            _ => true,
        };
        let seen = kind == "shared" && known;
        let lacks = matches!(route.subject, Subject::Album(least) if !role.may(least));
        let own_trash = kind == "trashed" && role == Role::Owner;
        let asked = format!("{name} {who} {kind}");
        if !seen && !own_trash {
            verdict.one_of(&[404], &asked, send(route, ids, person).await);
        } else if seen && lacks {
            verdict.one_of(&[403], &asked, send(route, ids, person).await);
        }
    }
}

/// Asks about accounts as who administers none, who is told nothing of them; and as an
/// administrator about one that is not there.
async fn ask_about_accounts(verdict: &mut Verdict, route: &RouteEntry, cast: &Cast, kind: &str) {
    let ids = &cast.objects[kind];
    let name = route.name;
    let asked = format!("{name} stranger {kind}");
    verdict.one_of(&[403], &asked, send(route, ids, &cast.stranger).await);
    for (who, person, _) in cast.members() {
        let asked = format!("{name} {who} {kind}");
        verdict.one_of(&[403], &asked, send(route, ids, person).await);
    }
    if kind == "absent" && route.spec.path.contains("{user}") {
        let asked = format!("{name} administrator {kind}");
        verdict.one_of(&[404], &asked, send(route, ids, &cast.administrator).await);
    }
}

/// Asks as those of the album who may, from the least to the owner.
async fn ask_as_who_may(verdict: &mut Verdict, route: &RouteEntry, cast: &Cast) {
    if route.subject == Subject::Accounts {
        let asked = format!("{} administrator shared", route.name);
        let ids = &cast.objects["shared"];
        verdict.allowed(&asked, send(route, ids, &cast.administrator).await);
    }
    for (who, person, role) in cast.members() {
        let may = match route.subject {
            Subject::Caller => true,
            Subject::Album(least) => role.may(least),
            Subject::Hidden => role == Role::Owner,
            Subject::Private | Subject::Accounts | Subject::Open => false,
        };
        if may {
            let asked = format!("{} {who} shared", route.name);
            verdict.allowed(&asked, send(route, &cast.objects["shared"], person).await);
        }
    }
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let cast = cast::cast(&System::shared()).await;
    let mut routes = every_route();
    routes.sort_by_key(order);
    let (admitting, open): (Vec<_>, Vec<_>) = routes
        .into_iter()
        .partition(|route| route.spec.access.takes_session());
    for route in &open {
        assert_eq!(route.subject, Subject::Open, "{} admits anyone", route.name);
    }
    let mut verdict = Verdict::default();
    // First who is refused, so that nothing that they try can be there any more by their doing.
    for route in &admitting {
        assert_ne!(route.subject, Subject::Open, "{} takes a session", route.name);
        for kind in cast.objects.keys() {
            ask_as_nobody(&mut verdict, route, &cast, kind).await;
            if route.subject != Subject::Caller {
                ask_as_who_may_not(&mut verdict, route, &cast, kind).await;
            }
        }
    }
    let (emptying, others): (Vec<_>, Vec<_>) = admitting
        .into_iter()
        .partition(|route| route.name == "EmptyTrash");
    for route in &others {
        ask_as_who_may(&mut verdict, route, &cast).await;
    }
    // At last the trash, which restoring empties: what is not restored comes first.
    ask_about_the_trash(&mut verdict, &others, &cast).await;
    for route in &emptying {
        ask_as_who_may(&mut verdict, route, &cast).await;
    }
    let wrong = verdict.wrong;
    let checked = verdict.checked;
    assert!(wrong.is_empty(), "{} of {checked} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 1000, "found too little to check: {checked}");
}

/// Asks as the owner about what is in the trash.
async fn ask_about_the_trash(verdict: &mut Verdict, routes: &[RouteEntry], cast: &Cast) {
    let (restoring, others): (Vec<_>, Vec<_>) = routes
        .iter()
        .partition(|route| route.name.starts_with("Restore"));
    for route in others.into_iter().chain(restoring) {
        if !matches!(route.subject, Subject::Album(_) | Subject::Hidden) {
            continue;
        }
        let asked = format!("{} owner trashed", route.name);
        let answer = send(route, &cast.objects["trashed"], &cast.owner).await;
        if route.in_trash.is_empty() {
            verdict.allowed(&asked, answer);
        } else {
            verdict.one_of(route.in_trash, &asked, answer);
        }
    }
}

#[tokio::test]
async fn open_routes_are_open() {
    let anyone = Person::anonymous(&System::shared());
    let ids =
        BTreeMap::from([("token", "albumen_none".to_owned()), ("photo", "photo_none".to_owned())]);
    let mut checked = 0;
    for route in every_route() {
        if route.spec.access != Access::Anyone {
            continue;
        }
        checked += 1;
        let asked = RouteEntry { body: Some(|| json!({})), ..route };
        let (status, body) = send(&asked, &ids, &anyone).await;
        // Without anything that they want, they say what they want, or that there is no such thing.
        assert!([200, 404, 410, 422].contains(&status), "{}: {status} {body}", asked.name);
    }
    assert!(checked >= 5, "found too little to check");
}
