//! Ends that come by themselves: of the trash, of uploads never finished.

mod accounts;
mod emptied_trash;
mod interrupted_requests;
mod objects;
mod purge;
mod purge_killed;
mod rebuild;
mod rerender;
mod uploads;

use shared::{
    domain::{AlbumId, Moment, PhotoId},
    stores::{Originals, Renditions},
};
use tests::{
    OwnSystem, Person, System, library,
    photograph::jpeg,
    system::{env, projector},
};
use tokio::sync::RwLock;

/// A system of its own, and in it somebody with an album of so many photos, all of them ready.
async fn album_of(count: u8) -> (OwnSystem, Person, String, Vec<String>) {
    let own = OwnSystem::start(&["InvitationsPerDay=1000"]).await;
    let ana = Person::new(&own.system()).await;
    let album = ana.album("Summer").await;
    let mut photos = Vec::new();
    for seed in 0..count {
        let photo = ana.upload(&album, &jpeg(40, 30, seed)).await;
        assert_eq!(ana.settled(&photo).await["status"], "ready");
        photos.push(photo);
    }
    (own, ana, album, photos)
}

/// Returns the end of photos and albums, in this process.
fn purge(system: &System) -> lifecycle::Purge {
    let env = env(system, &system.s3);
    let originals = Originals::connect(&env).expect("originals");
    lifecycle::Purge {
        projector: projector(system),
        originals,
        renditions: Renditions::connect(&env).expect("images"),
    }
}

/// Sets a moment of a row so many days back.
async fn days_ago(
    system: &System,
    update: &'static str,
    id: uuid::Uuid,
    shard: shared::domain::Shard,
    days: i64,
) {
    let at = Moment::now().plus(-days * 24 * 3600).utc();
    let done = sqlx::query(update)
        .bind(at)
        .bind(id)
        .execute(&mut library::database(system, shard).await)
        .await;
    assert_eq!(done.expect("an update").rows_affected(), 1, "{update}");
}

async fn photo_trashed_days_ago(system: &System, photo: &str, days: i64) {
    let id: PhotoId = photo.parse().expect("a photo");
    days_ago(system, "UPDATE photos SET deleted_at = ? WHERE id = ?", id.uuid(), id.shard(), days)
        .await;
}

async fn album_trashed_days_ago(system: &System, album: &str, days: i64) {
    let id: AlbumId = album.parse().expect("an album");
    days_ago(system, "UPDATE albums SET deleted_at = ? WHERE id = ?", id.uuid(), id.shard(), days)
        .await;
}

/// Returns true for the key of an object of this photo: an original's has the id in hexadecimal, an
/// image's as the API writes it.
fn is_of_photo(key: &str, photo: &str) -> bool {
    let id: PhotoId = photo.parse().expect("a photo");
    let original = format!("/{}/", id.uuid().simple());
    let image = format!("/{photo}/");
    key.contains(&original) || key.contains(&image)
}

/// Counts the objects of this photo.
async fn objects_of(system: &System, photo: &str) -> usize {
    tests::store_search::keys(system)
        .await
        .iter()
        .filter(|(_, key)| is_of_photo(key, photo))
        .count()
}

/// Returns true if the cluster of this photo knows that something is left of it.
async fn has_pending_cleanup(system: &System, photo: &str) -> bool {
    let id: PhotoId = photo.parse().expect("a photo");
    let mut database = library::database(system, id.shard()).await;
    let count = "SELECT COUNT(*) FROM remains WHERE id = ?";
    let count: i64 = sqlx::query_scalar(count)
        .bind(id.uuid())
        .fetch_one(&mut database)
        .await
        .expect("a count");
    count > 0
}

/// Whoever looks at what waits for a purge holds it for reading, so that no other test purges it.
static PURGES: RwLock<()> = RwLock::const_new(());

/// The function, as its schedule calls it.
pub async fn purge_trash(system: &System) {
    let _purge = PURGES.write().await;
    system.invoke("PurgeTrash", &serde_json::json!({})).await;
}
