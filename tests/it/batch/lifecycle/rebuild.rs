//! The hot table, built anew.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::domain::UserId;
use tests::{System, person::text, system::hot};

use super::album_of;

type Item = std::collections::HashMap<String, AttributeValue>;

/// Every projected item, by its key.
async fn projected(system: &System) -> BTreeMap<(String, String), Item> {
    let scan = hot(system)
        .scan()
        .table_name(system.variable("HOT_TABLE"))
        .consistent_read(true);
    let mut items = scan.into_paginator().items().send();
    let mut all = BTreeMap::new();
    while let Some(item) = items.next().await {
        let mut item = item.expect("an item");
        // The count of changes goes on.
        item.remove("raised");
        let part = |name: &str| item[name].as_s().expect("a key").clone();
        if ["ALBUM#", "PHOTO#", "SHARE#"]
            .iter()
            .any(|kind| part("pk").starts_with(kind))
        {
            all.insert((part("pk"), part("sk")), item);
        }
    }
    all
}

async fn rebuild(system: &System, from: u16, to: u16) -> Value {
    let answer = system
        .invoke("RebuildProjection", &json!({"from": from, "to": to}))
        .await;
    assert_eq!((&answer["failures"], &answer["next"]), (&json!(0), &Value::Null), "{answer}");
    answer
}

#[tokio::test]
async fn a_table_that_was_lost_or_holds_another_form_is_built_anew() {
    let (own, ana, album, _) = album_of(1).await;
    let system = own.system();
    let link = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({}))
        .await
        .expect(201);
    let before = projected(&system).await;
    assert!(before.len() >= 4, "a head, a view, a locator, a share: {:?}", before.keys());
    let client = hot(&system);
    let table = system.variable("HOT_TABLE");
    for (number, item) in before.values().enumerate() {
        let key: Item = ["pk", "sk"]
            .map(|name| (name.to_owned(), item[name].clone()))
            .into();
        if number % 2 == 0 {
            client
                .delete_item()
                .table_name(table)
                .set_key(Some(key))
                .send()
                .await
                .expect("a loss");
        } else {
            // The same version in another form, as after a release that shows more.
            let mut old = item.clone();
            old.insert("view".to_owned(), AttributeValue::S("{}".to_owned()));
            client
                .put_item()
                .table_name(table)
                .set_item(Some(old))
                .send()
                .await
                .expect("an old form");
        }
    }
    let user: UserId = ana.id().await.parse().expect("an id");
    let shard = user.shard().number();
    let (from, to) = if shard < 2048 { (shard + 1, 4095) } else { (0, shard - 1) };
    assert_eq!(rebuild(&system, from, to).await["albums"], 0, "other shards");
    assert_ne!(projected(&system).await, before);
    let answer = rebuild(&system, shard, shard).await;
    assert_eq!(
        (&answer["albums"], &answer["photos"], &answer["shares"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let rebuilt = projected(&system).await;
    for (key, item) in &before {
        assert_eq!(rebuilt.get(key), Some(item), "{key:?}");
    }
    assert_eq!(rebuilt.len(), before.len(), "{:?}", rebuilt.keys());
    ana.get(&text(&link["path"])).await.expect(200);
}
