//! Tests that bytes which are kept are not lost to what happens at the same time.

use serde_json::json;
use shared::{
    domain::{Original, PhotoId, view::Status},
    stores::library::WriteAccess,
};
use tests::{
    Person, System, library,
    person::text,
    photograph::{jpeg, sum},
    system::{projector, uploaded},
};

const PENDING: &str = "UPDATE photos SET status = 'pending', version = version + 1 WHERE id = ?";

/// Has the photo's bytes worked on again, as a sweep does that has found none of its images.
async fn set_pending(system: &System, photo: PhotoId) {
    let mut database = library::database(system, photo.shard()).await;
    let set = sqlx::query(PENDING)
        .bind(photo.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    assert_eq!(set.rows_affected(), 1);
}

#[tokio::test]
async fn a_pending_photo_is_ended_only_if_s3_was_asked_for_its_bytes() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(60, 40, 220)).await;
    assert_eq!(ana.settled(&photo).await["status"], "ready");
    let id: PhotoId = photo.parse().expect("a photo");
    set_pending(&system, id).await;
    let projector = projector(&system);
    let owner = WriteAccess::owner(ana.id().await.parse().expect("a user"));
    let library = &projector.library;
    let upload = library
        .find_awaited_upload(id, &owner)
        .await
        .expect("an answer")
        .expect("an upload");
    let earlier = Original { attempt: upload.attempt - 1, ..upload };
    for missing in [None, Some(&earlier)] {
        library
            .trash_photo(id, &owner, missing)
            .await
            .expect("a photo in the trash");
        let row = library
            .photo(id)
            .await
            .expect("an answer")
            .expect("a photo")
            .0;
        assert!(row.deleted_at.is_some(), "{missing:?}");
        library.restore_photo(id, &owner).await.expect("a photo");
    }
    let changes = library
        .trash_photo(id, &owner, Some(&upload))
        .await
        .expect("an end");
    projector.settle(&changes).await;
    assert!(library.photo(id).await.expect("an answer").is_none());
}

#[tokio::test]
async fn what_was_accepted_stays_accepted_when_it_is_announced_again() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let editor = ana.member(&album, "editor").await;
    let bytes = jpeg(60, 40, 221);
    let photo = editor.upload(&album, &bytes).await;
    assert_eq!(editor.settled(&photo).await["status"], "ready");
    let id: PhotoId = photo.parse().expect("a photo");
    set_pending(&system, id).await;
    let other = json!({
        "name": "other.jpg", "size": bytes.len(), "content_type": "image/jpeg",
        "sha256": sum(&bytes),
        "caption": "Another",
    });
    let again = editor
        .post(&format!("/v1/albums/{album}/photos"), other)
        .await
        .expect(201);
    let said = &again["photo"];
    let as_before = (&json!(photo), &json!("photo.jpg"), &json!(""));
    assert_eq!((&said["id"], &said["name"], &said["caption"]), as_before);
    ana.delete(&format!("/v1/albums/{album}/members/{}", editor.id().await))
        .await
        .expect(204);
    let url = text(&again["upload"]["url"]);
    let object = &url[url.find("/originals/").expect("a key") + 1..url.find('?').expect("a query")];
    system
        .invoke("MakeRenditions", &uploaded(object, bytes.len(), 1))
        .await;
    let row = projector(&system)
        .library
        .photo(id)
        .await
        .expect("an answer")
        .expect("a photo")
        .0;
    assert_eq!((row.status, row.error.is_some()), (Status::Ready, false));
}
