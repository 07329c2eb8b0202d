//! Uploads that were begun and not ended.

use lifecycle::SweepUploads;
use serde_json::json;
use shared::{
    domain::{Moment, PhotoId, UploadId},
    stores::{Arrivals, Building, ExportFiles, Exports, Originals},
};
use tests::{
    Own, Person, System, library,
    person::text,
    photograph::{jpeg, sum},
    system::{env, objects, projector},
};

use super::days_ago;

const CHANGED: &str = "UPDATE photos SET updated_at = ? WHERE id = ?";

async fn changed_days_ago(system: &System, photo: &str, days: i64) {
    let id: PhotoId = photo.parse().expect("a photo");
    days_ago(system, CHANGED, id.uuid(), id.shard(), days).await;
}

async fn sweep(system: &System) {
    system.invoke("SweepUploads", &json!({})).await;
}

#[tokio::test]
async fn a_photo_whose_bytes_never_came_fails_after_a_week_and_can_be_sent_again() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let (old, young) = (jpeg(40, 30, 11), jpeg(40, 30, 12));
    let id = |announced: serde_json::Value| text(&announced["photo"]["id"]);
    let (old_id, young_id) =
        (id(ana.announce(&album, &old).await.expect(201)), id(ana.announce(&album, &young).await.expect(201)));
    changed_days_ago(&system, &old_id, 8).await;
    changed_days_ago(&system, &young_id, 6).await;
    sweep(&system).await;
    let failed = ana.get(&format!("/v1/photos/{old_id}")).await.expect(200);
    assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("failed"), &json!("never_arrived")));
    let detail = failed["error"]["detail"].as_str().expect("a sentence");
    assert!(detail.contains("did not arrive") && !detail.contains("damaged"), "{detail}");
    assert_eq!(ana.get(&format!("/v1/photos/{young_id}")).await.expect(200)["status"], "pending");
    let again = ana.announce(&album, &old).await.body;
    assert_eq!(ana.send(&again["upload"], &old).await, 200);
    assert_eq!(ana.settled(&old_id).await["status"], "ready");
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
        let stuck = "UPDATE photos SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?";
        let at = Moment::now().plus(-2 * 3600).utc();
        let mut database = library::database(&system, id.shard()).await;
        let stuck = sqlx::query(stuck).bind(status).bind(at).bind(id.uuid()).execute(&mut database).await;
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
    sqlx::query(stuck).bind(id.uuid()).execute(&mut database).await.expect("an update");
    changed_days_ago(&system, &photo, 1).await;
    sweep(&system).await;
    assert_eq!(ana.settled(&photo).await["error"]["code"], "never_arrived");
}

#[tokio::test]
async fn an_upload_in_parts_that_nobody_ends_is_given_up_after_a_week() {
    let own = Own::start(&[]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let mut uploads = Vec::new();
    for name in ["old", "young"] {
        let body =
            json!({"name": name, "size": 17_000_000, "content_type": "image/jpeg", "sha256": sum(name.as_bytes())});
        let announced = ana.post(&format!("/v1/albums/{album}/photos"), body).await.expect(201);
        uploads.push(text(&announced["upload"]["id"]));
    }
    let id: UploadId = uploads[0].parse().expect("an upload");
    days_ago(&system, "UPDATE uploads SET created_at = ? WHERE id = ?", id.uuid(), id.shard(), 8).await;
    assert_eq!(begun(&system).await, 2);
    sweep(&system).await;
    assert_eq!(begun(&system).await, 1);
    assert_eq!(ana.get(&format!("/v1/uploads/{}", uploads[0])).await.problem(404), "/problems/not-found");
    ana.get(&format!("/v1/uploads/{}", uploads[1])).await.expect(200);
    // Once more, as of nine days later: what has no row goes, too.
    let mut database = library::database(&system, id.shard()).await;
    sqlx::query("DELETE FROM uploads").execute(&mut database).await.expect("a deletion");
    job(&system).run_at(Moment::now().plus(9 * 24 * 3600)).await.expect("a run");
    assert_eq!(begun(&system).await, 0);
}

/// The job, in this process.
pub fn job(system: &System) -> SweepUploads {
    let system = &system.acting_as("SweepUploads");
    let (s3, sqs) = (env(system, &system.s3), env(system, &system.sqs));
    SweepUploads {
        projector: projector(system),
        originals: Originals::connect(&s3).expect("originals"),
        arrivals: Arrivals::connect(&sqs).expect("a queue"),
        exports: Exports::connect(&sqs).expect("exports"),
        files: ExportFiles::connect(&s3).expect("files"),
        building: Building::connect(&sqs).expect("a queue"),
    }
}

/// How many uploads in parts S3 knows.
async fn begun(system: &System) -> usize {
    let list = objects(system).list_multipart_uploads().bucket(system.variable("ORIGINALS_BUCKET"));
    list.send().await.expect("a list").uploads().len()
}
