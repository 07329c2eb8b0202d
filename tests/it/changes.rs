//! The feed of changes, and a client that keeps a copy of the library by it.

use std::collections::BTreeMap;

use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Person, System, library::throw_away, person::text};

use crate::discovery::{all, announce};

/// A copy of somebody's library, kept by changes alone.
struct Mirror {
    owner: Person,
    items: BTreeMap<String, Value>,
    cursor: String,
}

impl Mirror {
    fn new(owner: &Person) -> Self {
        Self { owner: owner.clone(), items: BTreeMap::new(), cursor: String::new() }
    }

    /// Takes one page; whether there is more at once.
    async fn follow(&mut self, limit: usize) -> bool {
        let page = self
            .owner
            .get(&format!("/v1/changes?limit={limit}{}", self.cursor))
            .await
            .expect(200);
        for item in page["items"].as_array().expect("items") {
            let id = text(&item["id"]);
            if item["deleted"].as_bool().expect("a flag") {
                self.items.remove(&id);
            } else {
                self.items.insert(id, item.clone());
            }
        }
        self.cursor = format!("&cursor={}", text(&page["next"]));
        page["more"].as_bool().expect("a flag")
    }

    /// Returns what it has of this kind, in the trash or not, by id.
    fn of(&self, kind: &str, trashed: bool) -> BTreeMap<String, Value> {
        let fits =
            |item: &&Value| item["kind"] == kind && item["deleted_at"].is_string() == trashed;
        self.items
            .values()
            .filter(fits)
            .map(|item| (text(&item["id"]), item[kind].clone()))
            .collect()
    }
}

fn by_id(items: Vec<Value>) -> BTreeMap<String, Value> {
    items
        .into_iter()
        .map(|item| (text(&item["id"]), item))
        .collect()
}

/// One of several people at the same library, at the same time.
async fn write(ana: &Person, albums: &[String], writer: usize) {
    for round in 0..6 {
        let album = &albums[(writer + round) % albums.len()];
        let photo = announce(ana, album, &json!({"caption": format!("{writer} {round}")})).await;
        for path in ["favourite", "tags/lake"] {
            let path = format!("/v1/photos/{photo}/{path}");
            assert_eq!(ana.ask(Method::PUT, &path, &[], None).await.status, 204);
        }
        match round % 3 {
            0 => throw_away(&ana.system, &photo).await,
            1 => drop(ana.delete(&format!("/v1/photos/{photo}/tags/lake")).await),
            _ => drop(ana.album(&format!("{writer} {round}")).await),
        }
    }
}

/// Changes are numbered in the owner's transaction, so that they become visible in the order of
/// their numbers: a reader between any two commits misses nothing.
#[tokio::test]
async fn a_copy_kept_by_changes_is_equal_to_the_library_after_any_writes() {
    copy_is_equal(&System::shared()).await;
}

/// Has several write at a library of which a copy is kept meanwhile, and compares the two.
pub async fn copy_is_equal(system: &System) {
    let ana = Person::new(system).await;
    let albums = vec![ana.album("One").await, ana.album("Two").await];
    let writers = join_all((0..4).map(|writer| write(&ana, &albums, writer)));
    let mut mirror = Mirror::new(&ana);
    let done = tokio::sync::Notify::new();
    let writing = async {
        writers.await;
        done.notify_one();
    };
    let reading = async {
        let done = done.notified();
        tokio::pin!(done);
        loop {
            let ended = futures::poll!(&mut done).is_ready();
            while mirror.follow(3).await {}
            if ended {
                break;
            }
        }
    };
    join(writing, reading).await;

    let photos = by_id(all(&ana, "/v1/search").await);
    assert_eq!(photos.len(), 16);
    assert_eq!(mirror.of("photo", false), photos);
    let trash = all(&ana, "/v1/trash").await;
    let trash = by_id(
        trash
            .into_iter()
            .map(|item| item["photo"].clone())
            .collect(),
    );
    assert_eq!(trash.len(), 8);
    assert_eq!(mirror.of("photo", true), trash);
    let own = by_id(all(&ana, "/v1/albums").await);
    assert_eq!(own.len(), 10);
    assert_eq!(mirror.of("album", false), own);
    for album in &albums {
        let stands = |item: &&Value| {
            item["albums"]
                .as_array()
                .is_some_and(|albums| albums.contains(&json!(album)))
        };
        assert_eq!(
            mirror.items.values().filter(stands).count(),
            12,
            "an album keeps its entries in the trash"
        );
    }
    let mut again = Mirror::new(&ana);
    while again.follow(500).await {}
    assert_eq!(again.items, mirror.items, "from nothing, the same");
}

#[tokio::test]
async fn where_to_go_on_is_always_told_and_nothing_comes_when_nothing_happens() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let ben = Person::new(&system).await;
    let empty = ana.get("/v1/changes").await.expect(200);
    assert_eq!((&empty["items"], &empty["more"]), (&json!([]), &json!(false)));
    assert!(empty["next"].is_string() && empty["media"]["query"].is_string(), "{empty}");

    let album = ana.album("Summer").await;
    ben.album("Ben's").await;
    let page = ana
        .get(&format!("/v1/changes?cursor={}", text(&empty["next"])))
        .await
        .expect(200);
    let mut expected = ana.get("/v1/albums").await.expect(200)["items"][0].clone();
    expected["role"] = json!("owner");
    let change = json!({
        "kind": "album", "id": album, "deleted": false, "deleted_at": null, "album": expected,
    });
    assert_eq!(page["items"], json!([change]), "only one's own");
    let after = ana
        .get(&format!("/v1/changes?cursor={}", text(&page["next"])))
        .await
        .expect(200);
    assert_eq!((&after["items"], &after["more"]), (&json!([]), &json!(false)));
    assert_eq!(
        ana.get("/v1/changes?cursor=eyJrIjo0Mn0").await.body["errors"][0]["field"],
        "cursor"
    );
}

#[tokio::test]
async fn what_is_gone_for_good_is_told() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = announce(&ana, &album, &json!({})).await;
    let id: shared::domain::PhotoId = photo.parse().expect("a photo");
    let mut library = tests::library::database(&system, id.shard()).await;
    for sql in ["DELETE FROM entries WHERE photo_id = ?", "DELETE FROM photos WHERE id = ?"] {
        sqlx::query(sql)
            .bind(id.uuid())
            .execute(&mut library)
            .await
            .expect("a deletion");
    }
    let page = ana.get("/v1/changes").await.expect(200);
    let gone = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|item| item["id"] == json!(photo));
    let expected = json!({
        "kind": "photo", "id": photo, "deleted": true, "deleted_at": null, "photo": null,
        "albums": [],
    });
    assert_eq!(gone, Some(&expected));
}
