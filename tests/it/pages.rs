//! Pages of an album: no reader is shown less than what somebody was told, whatever dies, comes
//! late, or comes twice.

mod model;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    domain::{AlbumId, Folder, Limit, Shard, UserId, view::Role},
    stores::{AlbumHead, Audience, Hot},
};
use tests::{Person, System, person::text, photograph::jpeg, system::hot};

use model::Album;

const AUDIENCES: [Audience; 3] =
    [Audience::Members, Audience::Guests { places: false }, Audience::Guests { places: true }];

fn table(system: &System) -> Hot {
    Hot::new(hot(system), system.variable("HOT_TABLE").to_owned())
}

fn limit(photos: u16) -> Limit {
    photos.to_string().parse().expect("a limit")
}

/// Returns the items of an album's pages, by their sort keys.
async fn page_items(
    system: &System,
    album: &str,
) -> BTreeMap<String, HashMap<String, AttributeValue>> {
    let found = hot(system)
        .query()
        .table_name(system.variable("HOT_TABLE"))
        .key_condition_expression("pk = :page")
        .expression_attribute_values(":page", AttributeValue::S(format!("PAGE#{album}")))
        .consistent_read(true)
        .send()
        .await
        .expect("an answer");
    let mut pages = BTreeMap::new();
    for item in found.items() {
        let name = item["sk"].as_s().expect("a key").clone();
        pages.insert(name, item.clone());
    }
    pages
}

#[tokio::test]
async fn nobody_is_shown_less_than_what_somebody_was_told() {
    let system = System::shared();
    for seed in 0..12 {
        let album = Album::new(table(&system), seed).await;
        album.is_written_and_read_by_many(|| table(&system)).await;
        album.settles().await;
        for who in AUDIENCES {
            for photos in [50, 100] {
                album
                    .is_read_as_it_is(&table(&system), who, limit(photos))
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn an_album_without_a_count_gets_one_from_its_reader() {
    let system = System::shared();
    let album = Album::new(table(&system), 77).await;
    // As code of before has put it.
    hot(&system)
        .update_item()
        .table_name(system.variable("HOT_TABLE"))
        .key("pk", AttributeValue::S(format!("ALBUM#{}", album.id)))
        .key("sk", AttributeValue::S("~HEAD".to_owned()))
        .update_expression("REMOVE raised")
        .send()
        .await
        .expect("a change");
    let id = album.id.to_string();
    assert_eq!(page_items(&system, &id).await.len(), 0);
    for _ in 0..2 {
        album
            .is_read_as_it_is(&table(&system), Audience::Members, limit(50))
            .await;
    }
    assert_eq!(page_items(&system, &id).await.len(), 1);
}

#[tokio::test]
async fn an_album_that_ends_takes_its_pages_along() {
    let system = System::shared();
    let hot = table(&system);
    let album = Album::new(table(&system), 78).await;
    album.is_written_and_read_by_many(|| table(&system)).await;
    album.settles().await;
    for who in AUDIENCES {
        for photos in [50, 100] {
            album.is_read_as_it_is(&hot, who, limit(photos)).await;
        }
    }
    let id = album.id.to_string();
    assert_eq!(page_items(&system, &id).await.len(), 6);
    hot.bury_album(album.id, 1000).await.expect("an end");
    assert_eq!(page_items(&system, &id).await.len(), 0);
    // What comes late puts neither a page nor a count beside the tombstone.
    album.settles().await;
    let (head, _) = hot.album(album.id, limit(50)).await.expect("an answer");
    assert!(head.is_none());
    assert_eq!(page_items(&system, &id).await.len(), 0);
}

#[tokio::test]
async fn a_page_of_what_is_in_the_trash_is_not_made() {
    let system = System::shared();
    let hot = table(&system);
    let shard = Shard::random();
    let owner = UserId::new(shard);
    let head = AlbumHead {
        album: AlbumId::new(shard),
        owner,
        folder: Folder::kept(None, owner),
        members: Vec::new(),
        version: 1,
        view: r#"{"id":"a"}"#.to_owned(),
        shown: 0,
        ready: None,
    };
    hot.put_head(&head).await.expect("a head");
    let (found, page) = hot.album(head.album, limit(50)).await.expect("an answer");
    assert_eq!(found.expect("a head").role_of(owner), None::<Role>);
    assert_eq!(page.views.json().expect("views"), "[]");
    assert_eq!(page_items(&system, &head.album.to_string()).await.len(), 0);
}

/// Returns the photos of an album or of a list.
async fn items(person: &Person, path: &str) -> Value {
    let read = person.get(path).await.expect(200);
    let list = if read["items"].is_array() { &read } else { &read["photos"] };
    list["items"].clone()
}

/// By the routes themselves.
#[tokio::test]
async fn a_change_is_seen_by_who_made_it_and_by_everyone_after() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(40, 30, 1)).await;
    ana.settled(&photo).await;
    let shared = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let guests = text(&shared["path"]);
    let pages = [
        format!("/v1/albums/{album}?limit=50"),
        format!("/v1/albums/{album}"),
        format!("/v1/albums/{album}/photos?limit=50"),
        format!("/v1/albums/{album}/photos"),
    ];
    for number in 0..5 {
        let caption = format!("Caption {number}");
        let body = json!({ "caption": caption }).to_string();
        ana.ask(Method::PATCH, &format!("/v1/photos/{photo}"), &[], Some(body))
            .await
            .expect(200);
        for page in &pages {
            let items = items(&ana, page).await;
            assert_eq!(items[0]["caption"], Value::from(caption.as_str()), "{page}");
        }
        let read = ana.get(&guests).await.expect(200);
        assert_eq!(read["photos"]["items"][0]["caption"], Value::from(caption), "{guests}");
    }
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    for page in &pages {
        assert_eq!(items(&ana, page).await, json!([]), "{page}");
    }
}
