//! The library's database, for states that a test needs and that the routes it is about do not
//! make.

use serde_json::Value;
use shared::domain::{AlbumId, PhotoId, Shard, UserId};
use sqlx::{Connection, MySqlConnection};

use crate::{Person, System, person::text};

/// A connection to the cluster that holds this shard.
///
/// # Panics
/// When there is none.
pub async fn database(system: &System, shard: Shard) -> MySqlConnection {
    let shards: Vec<Value> =
        serde_json::from_str(system.variable("LIBRARY_SHARDS")).expect("a shard map");
    let number = u64::from(shard.number());
    let holds = |range: &&Value| {
        range["from"].as_u64() <= Some(number) && Some(number) <= range["to"].as_u64()
    };
    let range = shards.iter().find(holds).expect("a cluster");
    MySqlConnection::connect(&text(&range["writer"]))
        .await
        .expect("a connection")
}

/// Makes somebody a member of an album.
///
/// # Panics
/// When that fails.
pub async fn make_member(album: &str, person: &Person, role: &str) {
    let album: AlbumId = album.parse().expect("an album");
    let user: UserId = text(&person.get("/v1/me").await.expect(200)["id"])
        .parse()
        .expect("a user");
    let insert = "INSERT INTO members (album_id, user_id, role, added_at) VALUES (?, ?, ?, NOW(6))";
    let insert = sqlx::query(insert)
        .bind(album.uuid())
        .bind(user.uuid())
        .bind(role);
    insert
        .execute(&mut database(&person.system, album.shard()).await)
        .await
        .expect("a member");
}

/// Puts a photo into the trash, with a line in its owner's feed, as a transaction does.
///
/// # Panics
/// When that fails.
pub async fn throw_away(system: &System, photo: &str) {
    let photo: PhotoId = photo.parse().expect("a photo");
    let mut turn = database(system, photo.shard()).await;
    let mut turn = turn.begin().await.expect("a transaction");
    let statements = [
        "UPDATE owners SET seq = seq + 1 WHERE user_id = (SELECT owner_id FROM photos WHERE id \
         = ?)",
        "UPDATE photos SET deleted_at = NOW(6), version = version + 1 WHERE id = ?",
        "UPDATE changes SET seq = (SELECT seq FROM owners WHERE user_id = changes.owner_id) \
         WHERE aggregate = ?",
    ];
    for statement in statements {
        let done = sqlx::query(statement)
            .bind(photo.uuid())
            .execute(&mut *turn)
            .await
            .expect("a change");
        assert_eq!(done.rows_affected(), 1, "{statement}");
    }
    turn.commit().await.expect("a commit");
}
