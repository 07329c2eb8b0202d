//! Tests the move of everything that was there before photos went by their clocks.

use std::{path::Path, time::Duration};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::domain::{Moment, PhotoId, Shard};
use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tests::{
    Person, System,
    library::database,
    person::text,
    system::{hot, until},
};
use uuid::Uuid;

use crate::discovery::{announce, ids};

/// Photos of before: what the clock showed is in the comment; the months are those of UTC.
const PHOTOS: &str = "\
    INSERT INTO photos (id, owner_id, sha256, bytes, content_type, file_name, caption, status, \
                        taken_at, taken_offset, \
                        created_at, updated_at, deleted_at, counted_in, version) VALUES \
    (REPEAT('a', 16), REPEAT('o', 16), REPEAT('a', 32), 1, 'image/jpeg', 'a', '', 'ready', \
     '2025-12-31 22:30:00', 120, \
     '2026-02-02', '2026-02-02', NULL, '2025-12', 3), \
    (REPEAT('b', 16), REPEAT('o', 16), REPEAT('b', 32), 1, 'image/jpeg', 'b', '', 'ready', \
     '2026-01-01 04:30:00', -300, \
     '2026-02-02', '2026-02-02', NULL, '2026-01', 4), \
    (REPEAT('c', 16), REPEAT('o', 16), REPEAT('c', 32), 1, 'image/jpeg', 'c', '', 'ready', \
     '2025-12-31 23:00:00', NULL, \
     '2026-02-02', '2026-02-02', NULL, '2025-12', 5), \
    (REPEAT('d', 16), REPEAT('p', 16), REPEAT('d', 32), 1, 'image/jpeg', 'd', '', 'ready', \
     '2025-12-31 23:00:00', 120, \
     '2026-02-02', '2026-02-02', '2026-02-03', NULL, 6)";

/// A database with the library's tables as they were, and its name.
async fn library_of_before() -> (MySqlConnection, String) {
    let system = System::shared();
    let shards: Value =
        serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let mut database = MySqlConnection::connect(&text(&shards[0]["writer"]))
        .await
        .expect("a connection");
    let name = format!("test_{}", &Uuid::new_v4().simple().to_string()[..16]);
    for statement in
        [format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"), format!("USE {name}")]
    {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut database)
            .await
            .expect("a database");
    }
    for number in 1..=4 {
        migrate(&mut database, number).await;
    }
    (database, name)
}

async fn migrate(database: &mut MySqlConnection, number: u32) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/library");
    let beginning = format!("{number:04}_");
    let mut files = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|file| file.expect("a file").path());
    let named = |file: &std::path::PathBuf| {
        file.file_name()
            .is_some_and(|n| n.to_string_lossy().starts_with(&beginning))
    };
    let sql = std::fs::read_to_string(files.find(named).expect("a migration")).expect("text");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(database)
        .await
        .expect(&beginning);
}

#[tokio::test]
async fn rows_of_before_are_put_by_their_clocks() {
    let (mut database, name) = library_of_before().await;
    let months = "INSERT INTO months VALUES (REPEAT('o', 16), '2025-12', 2), \
                  (REPEAT('o', 16), '2026-01', 1)";
    let entries =
        "INSERT INTO entries SELECT REPEAT('z', 16), id, taken_at, created_at FROM photos";
    for statement in [PHOTOS, months, entries] {
        sqlx::raw_sql(statement)
            .execute(&mut database)
            .await
            .expect(statement);
    }
    migrate(&mut database, 5).await;

    let months: Vec<(String, u32)> =
        sqlx::query_as("SELECT month, photos FROM months ORDER BY month")
            .fetch_all(&mut database)
            .await
            .expect("months");
    assert_eq!(months, [("2025-12".to_owned(), 2), ("2026-01".to_owned(), 1)]);
    let photos = "SELECT p.file_name, COALESCE(p.counted_in, ''), CAST(e.taken_at AS CHAR) \
                  FROM photos p JOIN entries e ON e.photo_id = p.id ORDER BY e.taken_at, p.id";
    let photos: Vec<(String, String, String)> = sqlx::query_as(photos)
        .fetch_all(&mut database)
        .await
        .expect("photos");
    let wanted = [
        ("c", "2025-12", "2025-12-31 23:00:00.000000"),
        ("b", "2025-12", "2025-12-31 23:30:00.000000"),
        ("a", "2026-01", "2026-01-01 00:30:00.000000"),
        ("d", "", "2026-01-01 01:00:00.000000"),
    ];
    assert_eq!(
        photos,
        wanted.map(|(name, month, at)| (name.to_owned(), month.to_owned(), at.to_owned()))
    );
    let moved =
        "SELECT LEFT(aggregate, 1), version FROM outbox WHERE kind = 'photo' ORDER BY aggregate";
    let moved: Vec<(Vec<u8>, u32)> = sqlx::query_as(moved)
        .fetch_all(&mut database)
        .await
        .expect("an outbox");
    assert_eq!(
        moved,
        [(b"a".to_vec(), 3), (b"b".to_vec(), 4), (b"d".to_vec(), 6)],
        "those with a zone"
    );
    let drop = format!("DROP DATABASE {name}");
    sqlx::raw_sql(AssertSqlSafe(drop))
        .execute(&mut database)
        .await
        .expect("an end");
}

/// Puts the photo's view back to where it stood by its moment.
async fn put_by_moment(system: &System, album: &str, photo: &str, taken_at: &str) {
    let client = hot(system);
    let table = system.variable("HOT_TABLE");
    let album = AttributeValue::S(format!("ALBUM#{album}"));
    let views = client
        .query()
        .table_name(table)
        .key_condition_expression("pk = :album AND begins_with(sk, :photos)");
    let views = views
        .expression_attribute_values(":album", album)
        .consistent_read(true);
    let views =
        views.expression_attribute_values(":photos", AttributeValue::S("PHOTO#".to_owned()));
    let views = views.send().await.expect("views").items.unwrap_or_default();
    let is_its = |sk: &AttributeValue| sk.as_s().is_ok_and(|sk| sk.ends_with(photo));
    let mut view = views
        .into_iter()
        .find(|view| is_its(&view["sk"]))
        .expect("a view");
    let key = ["pk", "sk"].map(|name| (name.to_owned(), view[name].clone()));
    client
        .delete_item()
        .table_name(table)
        .set_key(Some(key.into()))
        .send()
        .await
        .expect("a deletion");
    view.insert("sk".to_owned(), AttributeValue::S(format!("PHOTO#{taken_at}#{photo}")));
    client
        .put_item()
        .table_name(table)
        .set_item(Some(view))
        .send()
        .await
        .expect("a view of before");

    let moment = Moment::try_from(taken_at.to_owned())
        .expect("a moment")
        .micros();
    let locator = client
        .update_item()
        .table_name(table)
        .update_expression("SET taken = :taken");
    let locator = locator
        .key("pk", AttributeValue::S(format!("PHOTO#{photo}")))
        .key("sk", AttributeValue::S("~".into()));
    let locator =
        locator.expression_attribute_values(":taken", AttributeValue::N(moment.to_string()));
    locator.send().await.expect("a locator of before");
}

#[tokio::test]
async fn views_that_stood_by_their_moment_are_moved_by_the_relay() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let phone = announce(&ana, &album, &json!({"taken_at": "2024-07-14T12:10:00+02:00"})).await;
    let camera = announce(&ana, &album, &json!({"taken_at": "2024-07-14T12:05:00Z"})).await;
    put_by_moment(&system, &album, &phone, "2024-07-14T10:10:00.000000Z").await;
    let list = format!("/v1/albums/{album}/photos");
    assert_eq!(
        ids(&ana.get(&list).await.expect(200)),
        [camera.clone(), phone.clone()],
        "as it was"
    );

    // What the migration leaves of each photo with a zone.
    let id: PhotoId = phone.parse().expect("an id");
    let shard: Shard = id.shard();
    let waits = "INSERT INTO outbox (kind, aggregate, version, created_at) \
                 SELECT 'photo', id, version, '2026-01-01' FROM photos WHERE id = ?";
    let waits = sqlx::query(waits)
        .bind(id.uuid())
        .execute(&mut database(&system, shard).await)
        .await;
    assert_eq!(waits.expect("an outbox row").rows_affected(), 1);
    system.invoke("RelayOutbox", &json!({})).await;
    let wanted = [phone, camera];
    let moved = async || (ids(&ana.get(&list).await.expect(200)) == wanted).then_some(());
    until("the view is moved", Duration::from_mins(1), moved).await;
}
