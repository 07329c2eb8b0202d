//! The hot table is a projection: what is missing from it comes back, what is old never wins.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use serde_json::json;
use shared::{
    domain::{AlbumId, Folder, Limit, LocalTime, PhotoId, PhotoKey, Shard, UserId, view::Role},
    stores::{AlbumHead, Hot, Located},
};
use sqlx::Connection;
use tests::{
    Person, System,
    person::text,
    photograph::{jpeg, oriented},
    system::{hot, until, uploaded},
};

fn key(pk: &str, sk: &str) -> [(String, AttributeValue); 2] {
    [
        ("pk".to_owned(), AttributeValue::S(pk.to_owned())),
        ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
    ]
}

async fn forget(system: &System, pk: &str, sk: &str) {
    let delete = hot(system)
        .delete_item()
        .table_name(system.variable("HOT_TABLE"));
    delete
        .set_key(Some(key(pk, sk).into()))
        .send()
        .await
        .expect("a deletion");
}

async fn has(system: &System, pk: &str, sk: &str) -> bool {
    let get = hot(system)
        .get_item()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    get.set_key(Some(key(pk, sk).into()))
        .send()
        .await
        .expect("an answer")
        .item
        .is_some()
}

#[tokio::test]
async fn an_album_or_photo_that_is_missing_is_projected_by_its_reader() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let announced = ana.announce(&album, &jpeg(40, 30, 8)).await.expect(201);
    let photo = text(&announced["photo"]["id"]);
    forget(&system, &format!("ALBUM#{album}"), "~HEAD").await;
    forget(&system, &format!("PHOTO#{photo}"), "~").await;

    let read = ana.get(&format!("/v1/albums/{album}")).await.expect(200);
    assert_eq!((&read["title"], &read["photo_count"]), (&json!("Summer"), &json!(1)));
    assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["id"], json!(photo));
    assert!(has(&system, &format!("ALBUM#{album}"), "~HEAD").await);
    assert!(has(&system, &format!("PHOTO#{photo}"), "~").await);
}

/// A request that dies between its commit and the projection leaves an outbox row.
#[tokio::test]
async fn what_waits_in_the_outbox_is_relayed() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    forget(&system, &format!("ALBUM#{album}"), "~HEAD").await;
    let shards: serde_json::Value =
        serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let mut found = 0;
    for range in shards.as_array().expect("ranges") {
        let mut database = sqlx::MySqlConnection::connect(&text(&range["writer"]))
            .await
            .expect("a connection");
        // What creating the album wrote, had it died right after.
        let insert = "INSERT INTO outbox (kind, aggregate, version, created_at) \
                      SELECT 'album', id, version, '2026-01-01' FROM albums WHERE title = 'Summer' AND id = ?";
        let id: AlbumId = album.parse().expect("an id");
        let insert = sqlx::query(insert)
            .bind(id.uuid())
            .execute(&mut database)
            .await
            .expect("an outbox row");
        found += insert.rows_affected();
    }
    assert_eq!(found, 1, "an album is on one shard");
    system.invoke("RelayOutbox", &json!({})).await;
    let head = format!("ALBUM#{album}");
    until("the head is back", Duration::from_mins(1), async || {
        has(&system, &head, "~HEAD").await.then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_photo_s_view_moves_with_its_date_and_leaves_nothing_behind() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let bytes = tests::photograph::dated(&jpeg(60, 40, 9), "2019:05:04 03:02:01");
    let id = ana.upload(&album, &bytes).await;
    assert_eq!(ana.settled(&id).await["taken_at"], "2019-05-04T03:02:01.000000Z");
    let page = ana
        .get(&format!("/v1/albums/{album}/photos"))
        .await
        .expect(200);
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
}

#[tokio::test]
async fn an_event_that_comes_twice_changes_nothing() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let bytes = oriented(&jpeg(80, 60, 10), 3);
    let announced = ana.announce(&album, &bytes).await.expect(201);
    assert_eq!(ana.send(&announced["upload"], &bytes).await, 200);
    let url = text(&announced["upload"]["url"]);
    let object = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    let before = ana.settled(&text(&announced["photo"]["id"])).await;
    let answer = system
        .invoke("MakeRenditions", &uploaded(object, bytes.len(), 1))
        .await;
    assert_eq!(answer["batchItemFailures"], json!([]), "{answer}");
    assert_eq!(ana.settled(&text(&announced["photo"]["id"])).await["version"], before["version"]);
}

/// Projections arrive in any order, some twice, several at once: the newest stands, once.
#[tokio::test]
async fn an_older_projection_never_wins() {
    let system = System::shared();
    let table = Hot::new(hot(&system), system.variable("HOT_TABLE").to_owned());
    for order in [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3, 6, 1, 5, 2, 4], [2, 2, 6, 6, 4, 1]] {
        let shard = Shard::random();
        let owner = UserId::new(shard);
        let album = AlbumId::new(shard);
        let photo = PhotoId::new(shard);
        let located = |version: u32| Located {
            // Each version has another date, so another key.
            key: PhotoKey {
                taken: LocalTime::from_micros(i64::from(version % 3) * 1_000_000),
                photo,
            },
            owner,
            folder: Folder::kept(None, owner),
            albums: if version == 5 { Vec::new() } else { vec![album] },
            version,
            view: format!(r#"{{"version":{version}}}"#),
            in_albums: BTreeMap::new(),
            said: BTreeMap::new(),
            shown: None,
        };
        let head = |version: u32| {
            let view = format!(r#"{{"v":{version}}}"#);
            let folder = Folder::kept(None, owner);
            AlbumHead {
                album,
                owner,
                folder,
                members: vec![(owner, Role::Owner)],
                version,
                view,
                shown: 0,
                ready: None,
            }
        };
        let table = &table;
        let writes = order.map(|version| async move {
            (table.put_photo(&located(version)).await, table.put_head(&head(version)).await)
        });
        for (photo, head) in join_all(writes).await {
            photo.expect("a projection");
            head.expect("a projection");
        }
        let (found, page) = table
            .album(album, Limit::default())
            .await
            .expect("an album");
        assert_eq!(found.map(|head| head.version), Some(6), "{order:?}");
        let views = page.views.json().expect("views");
        assert_eq!(views, r#"[{"version":6}]"#, "{order:?}");
    }
}
