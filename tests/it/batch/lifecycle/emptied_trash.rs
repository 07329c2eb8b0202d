//! `DELETE /v1/trash`: everything in the trash goes at once.

use lifecycle::PurgeTrash;
use serde_json::{Value, json};
use shared::{domain::UserId, runtime::ScheduledJob};
use tests::{Person, System, kill_points::Deaths, library::database, photograph::jpeg};

use super::{PURGES, album_of, has_pending_cleanup, objects_of, purge_trash};

/// The number of deaths, spread over the whole of the work.
const DEATHS: usize = 12;

async fn trash(person: &Person) -> Value {
    person.get("/v1/trash").await.expect(200)["items"].clone()
}

async fn empty(person: &Person) -> Value {
    person.delete("/v1/trash").await.expect(202)
}

#[tokio::test]
async fn an_emptied_trash_is_gone_at_once_and_deleted_by_the_next_purge() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let old = ana.upload(&album, &jpeg(40, 30, 11)).await;
    let kept = ana.upload(&album, &jpeg(40, 30, 12)).await;
    for photo in [&old, &kept] {
        assert_eq!(ana.settled(photo).await["status"], "ready");
    }
    let blurred = ana.album("Blurred").await;
    ana.delete(&format!("/v1/photos/{old}")).await.expect(204);
    ana.delete(&format!("/v1/albums/{blurred}"))
        .await
        .expect(204);

    let no_purge = PURGES.read().await;
    assert_eq!(empty(&ana).await, json!({"photos": 1, "albums": 1}));
    assert_eq!(trash(&ana).await, json!([]));
    for thing in [format!("/v1/photos/{old}"), format!("/v1/albums/{blurred}")] {
        let restored = ana.post(&format!("{thing}/restore"), json!({})).await;
        assert_eq!(restored.problem(404), "/problems/not-found", "{thing}");
    }
    let usage = ana.get("/v1/me").await.expect(200)["usage"]["photos"].clone();
    assert_eq!(usage, 2, "it counts until it is deleted");
    drop(no_purge);

    purge_trash(&system).await;
    ana.get(&format!("/v1/photos/{old}")).await.problem(404);
    assert_eq!(objects_of(&system, &old).await, 0);
    assert!(objects_of(&system, &kept).await > 1);
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 1);
    assert_eq!(empty(&ana).await, json!({"photos": 0, "albums": 0}), "nothing is left of it");
}

#[tokio::test]
async fn a_purge_of_an_emptied_trash_that_is_killed_anywhere_is_ended_by_the_next() {
    let (own, ana, album, _) = album_of(0).await;
    let system = own.system();
    // A process that has died leaves no connection to the next.
    let job = || PurgeTrash { purge: super::purge(&system.acting_as("PurgeTrash")) };
    let mut photos = Vec::new();
    let mut deaths = Deaths::at(DEATHS);
    for death in 0..=DEATHS {
        let photo = ana
            .upload(&album, &jpeg(40, 30, u8::try_from(death).expect("few")))
            .await;
        assert_eq!(ana.settled(&photo).await["status"], "ready");
        let other = ana.album("Blurred").await;
        ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
        ana.delete(&format!("/v1/albums/{other}")).await.expect(204);
        empty(&ana).await;
        photos.push(photo);
        deaths.run(job().run()).await;
        assert_eq!(trash(&ana).await, json!([]), "death {death}");
    }
    deaths.assert_happened();
    job().run().await.expect("the last run");
    job().run().await.expect("a run with nothing to do");
    for photo in &photos {
        ana.get(&format!("/v1/photos/{photo}")).await.problem(404);
        assert_eq!(objects_of(&system, photo).await, 0);
        assert!(!has_pending_cleanup(&system, photo).await);
    }
    assert_eq!(ana.get("/v1/me").await.expect(200)["usage"]["photos"], 0, "counted once each");
    let owner: UserId = ana.id().await.parse().expect("an id");
    let is_forgotten: bool =
        sqlx::query_scalar("SELECT trash_emptied_at IS NULL FROM owners WHERE user_id = ?")
            .bind(owner.uuid())
            .fetch_one(&mut database(&system, owner.shard()).await)
            .await
            .expect("the owner");
    assert!(is_forgotten, "nothing is left of it");
}

#[tokio::test]
async fn emptied_again_the_trash_is_what_it_was_and_what_came_since() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    assert_eq!(empty(&ana).await, json!({"photos": 0, "albums": 0}), "of who has nothing");
    let [first, second, third] = [ana.album("1").await, ana.album("2").await, ana.album("3").await];
    let no_purge = PURGES.read().await;
    ana.delete(&format!("/v1/albums/{first}")).await.expect(204);
    assert_eq!(empty(&ana).await["albums"], 1);
    assert_eq!(empty(&ana).await["albums"], 1, "it is still on its way");
    ana.delete(&format!("/v1/albums/{second}"))
        .await
        .expect(204);
    assert_eq!(trash(&ana).await.as_array().map(Vec::len), Some(1), "what came since");
    assert_eq!(empty(&ana).await["albums"], 2);
    drop(no_purge);
    ana.delete(&format!("/v1/albums/{third}")).await.expect(204);
    purge_trash(&system).await;
    let left = trash(&ana).await;
    assert_eq!(left[0]["album"]["id"], json!(third), "what nobody emptied stays: {left}");
    let path = format!("/v1/albums/{third}/restore");
    ana.post(&path, json!({})).await.expect(200);
}

#[tokio::test]
async fn bytes_that_are_sent_again_come_out_of_an_emptied_trash() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let bytes = jpeg(40, 30, 13);
    let photo = ana.upload(&album, &bytes).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    ana.delete(&format!("/v1/photos/{photo}")).await.expect(204);
    empty(&ana).await;
    let again = ana.announce(&album, &bytes).await;
    assert_eq!(again.body["photo"]["id"], json!(photo), "{}", again.body);
    purge_trash(&system).await;
    let read = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
    assert_eq!(read["deleted_at"], Value::Null);
}
