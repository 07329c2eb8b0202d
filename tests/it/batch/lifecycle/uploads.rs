//! Uploads that were begun and not ended.

use lifecycle::SweepUploads;
use serde_json::json;
use shared::{
    domain::{Moment, Original, PhotoId, UploadId, view::Status},
    stores::{ExportFiles, ExportQueue, Exports, Originals, UploadQueue, library::Unfinished},
};
use tests::{
    OwnSystem, Person, System, library,
    person::text,
    photograph::{jpeg, padded, sum},
    system::{env, objects, projector},
};

use super::days_ago;

const CHANGED: &str = "UPDATE photos SET updated_at = ? WHERE id = ?";

async fn changed_hours_ago(system: &System, photo: &str, hours: i64) {
    let id: PhotoId = photo.parse().expect("a photo");
    let at = Moment::now().plus(-hours * 3600).utc();
    let mut database = library::database(system, id.shard()).await;
    let changed = sqlx::query(CHANGED)
        .bind(at)
        .bind(id.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    assert_eq!(changed.rows_affected(), 1);
}

async fn sweep(system: &System) {
    system.invoke("SweepUploads", &json!({})).await;
}

#[tokio::test]
async fn a_photo_whose_bytes_never_came_fails_and_can_be_sent_again() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let whole = [(jpeg(40, 30, 11), 3), (jpeg(40, 30, 12), 1)];
    let in_parts = [
        (padded(&jpeg(40, 30, 18), 17 << 20), 8 * 24),
        (padded(&jpeg(40, 30, 19), 17 << 20), 6 * 24),
    ];
    let mut photos = Vec::new();
    for (bytes, hours) in whole.iter().chain(&in_parts) {
        let photo = text(&ana.announce(&album, bytes).await.expect(201)["photo"]["id"]);
        changed_hours_ago(&system, &photo, *hours).await;
        photos.push(photo);
    }
    sweep(&system).await;
    for (photo, late) in photos.iter().zip([true, false, true, false]) {
        let photo = ana.get(&format!("/v1/photos/{photo}")).await.expect(200);
        let code = if late { json!("never_arrived") } else { serde_json::Value::Null };
        assert_eq!(
            (&photo["status"] == "failed", &photo["error"]["code"]),
            (late, &code),
            "{photo}"
        );
    }
    let failed = ana
        .get(&format!("/v1/photos/{}", photos[0]))
        .await
        .expect(200);
    let detail = failed["error"]["detail"].as_str().expect("a sentence");
    assert!(detail.contains("did not arrive") && !detail.contains("damaged"), "{detail}");
    let kept = (whole[1].0.len() + in_parts[1].0.len()) as u64;
    let usage = async || ana.get("/v1/me").await.expect(200)["usage"]["bytes"].clone();
    assert_eq!(usage().await, kept, "what never came is not counted");
    let share = ana
        .post(&format!("/v1/albums/{album}/shares"), json!({"allow_upload": true}))
        .await
        .expect(201);
    let said = json!({
        "name": "a.jpg", "size": 5000, "content_type": "image/jpeg", "sha256": sum(b"never"),
    });
    let guest = Person::anonymous(&system)
        .post(&format!("{}/photos", text(&share["path"])), said)
        .await
        .expect(201);
    let by_guest = text(&guest["photo"]["id"]);
    changed_hours_ago(&system, &by_guest, 3).await;
    sweep(&system).await;
    assert_eq!(
        ana.get(&format!("/v1/photos/{by_guest}")).await.status,
        404,
        "of a guest's nothing is left"
    );
    let old = &photos[0];
    let bytes = &whole[0].0;
    let again = ana.announce(&album, bytes).await.expect(201);
    assert_eq!(
        (&again["photo"]["id"], usage().await),
        (&json!(old), json!(kept + bytes.len() as u64))
    );
    assert_eq!(ana.send(&again["upload"], bytes).await, 200);
    assert_eq!(ana.settled(old).await["status"], "ready");
    ana.delete(&format!("/v1/photos/{}", photos[2]))
        .await
        .expect(204);
    assert_eq!(
        ana.get(&format!("/v1/photos/{}", photos[2]))
            .await
            .problem(404),
        "/problems/not-found"
    );
    assert_eq!(usage().await, kept + bytes.len() as u64);
}

/// As after a message that was lost between S3 and the worker, or in the middle of the work.
#[tokio::test]
async fn a_photo_that_is_stuck_is_told_of_again() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    for (seed, status) in [(13, "pending"), (14, "processing")] {
        let photo = ana.upload(&album, &jpeg(40, 30, seed)).await;
        ana.settled(&photo).await;
        let id: PhotoId = photo.parse().expect("a photo");
        let stuck =
            "UPDATE photos SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?";
        let at = Moment::now().plus(-2 * 3600).utc();
        let mut database = library::database(&system, id.shard()).await;
        let stuck = sqlx::query(stuck)
            .bind(status)
            .bind(at)
            .bind(id.uuid())
            .execute(&mut database)
            .await;
        assert_eq!(stuck.expect("an update").rows_affected(), 1);
        projector(&system).photo(id).await.expect("a projection");
        assert_eq!(ana.get(&format!("/v1/photos/{photo}")).await.expect(200)["status"], status);
        sweep(&system).await;
        assert_eq!(ana.settled(&photo).await["status"], "ready");
    }
}

#[tokio::test]
async fn a_photo_in_processing_whose_object_is_gone_fails() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = text(&ana.announce(&album, &jpeg(40, 30, 15)).await.expect(201)["photo"]["id"]);
    let id: PhotoId = photo.parse().expect("a photo");
    let mut database = library::database(&system, id.shard()).await;
    let stuck = "UPDATE photos SET status = 'processing' WHERE id = ?";
    sqlx::query(stuck)
        .bind(id.uuid())
        .execute(&mut database)
        .await
        .expect("an update");
    changed_hours_ago(&system, &photo, 24).await;
    let library = projector(&system).library;
    let upload = library
        .photo(id)
        .await
        .expect("an answer")
        .map(|(_, owner)| owner.folder)
        .expect("a photo");
    let upload = Original { folder: upload, photo: id, attempt: 1 };
    let seen = Unfinished { upload, status: Status::Pending, updated_at: Moment::now() };
    assert!(
        library.give_up(&seen).await.expect("a turn").is_empty(),
        "its work has begun since it was seen"
    );
    sweep(&system).await;
    assert_eq!(ana.settled(&photo).await["error"]["code"], "never_arrived");
}

#[tokio::test]
async fn an_upload_in_parts_that_nobody_ends_is_given_up_after_a_week() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let mut uploads = Vec::new();
    for name in ["old", "young"] {
        let body = json!({
            "name": name, "size": 17_000_000, "content_type": "image/jpeg",
            "sha256": sum(name.as_bytes()),
        });
        let announced = ana
            .post(&format!("/v1/albums/{album}/photos"), body)
            .await
            .expect(201);
        uploads.push(text(&announced["upload"]["id"]));
    }
    let id: UploadId = uploads[0].parse().expect("an upload");
    days_ago(&system, "UPDATE uploads SET created_at = ? WHERE id = ?", id.uuid(), id.shard(), 8)
        .await;
    assert_eq!(begun(&system).await, 2);
    sweep(&system).await;
    assert_eq!(begun(&system).await, 1);
    assert_eq!(
        ana.get(&format!("/v1/uploads/{}", uploads[0]))
            .await
            .problem(404),
        "/problems/not-found"
    );
    ana.get(&format!("/v1/uploads/{}", uploads[1]))
        .await
        .expect(200);
    // Once more, as of nine days later: what has no row goes, too.
    let mut database = library::database(&system, id.shard()).await;
    sqlx::query("DELETE FROM uploads")
        .execute(&mut database)
        .await
        .expect("a deletion");
    job(&system)
        .run_at(Moment::now().plus(9 * 24 * 3600))
        .await
        .expect("a run");
    assert_eq!(begun(&system).await, 0);
}

/// The job, in this process.
pub fn job(system: &System) -> SweepUploads {
    let system = &system.acting_as("SweepUploads");
    let s3 = env(system, &system.s3);
    let sqs = env(system, &system.sqs);
    SweepUploads {
        projector: projector(system),
        originals: Originals::connect(&s3).expect("originals"),
        upload_queue: UploadQueue::connect(&sqs).expect("a queue"),
        exports: Exports::connect(&sqs).expect("exports"),
        files: ExportFiles::connect(&s3).expect("files"),
        export_queue: ExportQueue::connect(&sqs).expect("a queue"),
    }
}

/// Counts the uploads in parts that S3 knows.
async fn begun(system: &System) -> usize {
    let list = objects(system)
        .list_multipart_uploads()
        .bucket(system.variable("ORIGINALS_BUCKET"));
    list.send().await.expect("a list").uploads().len()
}
