//! Objects without rows, rows without objects.

use std::time::Duration;

use lifecycle::{Findings, SweepObjects};
use shared::{
    domain::{Moment, PhotoId, UserId, view::Status},
    stores::{JobCursors, Originals, Renditions, UploadQueue},
};
use tests::{
    System,
    kill_points::Deaths,
    library,
    system::{env, objects, projector, until},
};

use super::{album_of, is_of_photo, objects_of, photo_trashed_days_ago, purge_trash};
use crate::activity::database;

fn job(system: &System) -> SweepObjects {
    let system = &system.acting_as("SweepObjects");
    let s3 = env(system, &system.s3);
    let hot = env(system, &system.dynamodb);
    SweepObjects {
        projector: projector(system),
        originals: Originals::connect(&s3).expect("originals"),
        renditions: Renditions::connect(&s3).expect("images"),
        upload_queue: UploadQueue::connect(&env(system, &system.sqs)).expect("a queue"),
        cursors: JobCursors::connect(&hot).expect("cursors"),
    }
}

/// Deletes the photo's objects in one bucket; their keys.
pub(super) async fn lose(system: &System, bucket: &str, photo: &str) -> Vec<String> {
    let client = objects(system);
    let name = system.variable(bucket);
    let keys = tests::store_search::keys(system).await;
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|(of, key)| of == name && is_of_photo(key, photo))
        .collect();
    for (bucket, key) in &keys {
        client
            .delete_object()
            .bucket(bucket)
            .key(key)
            .send()
            .await
            .expect("a deletion");
    }
    assert!(!keys.is_empty(), "nothing was there to be lost");
    keys.into_iter().map(|(_, key)| key).collect()
}

pub(super) async fn tomorrow(system: &System) -> Findings {
    job(system)
        .run_at(Moment::now().plus(2 * 24 * 3600))
        .await
        .expect("a sweep")
}

#[tokio::test]
async fn what_is_lost_is_mended_where_nothing_can_be_lost_by_it_and_reported_elsewhere() {
    let (own, ana, _, photos) = album_of(5).await;
    let system = own.system();
    let [whole, imageless, rowless, ended, bare] = photos.try_into().expect("five");
    assert_eq!(tomorrow(&system).await, Findings::default(), "nothing is wrong yet");

    lose(&system, "RENDITIONS_BUCKET", &imageless).await;
    let id: PhotoId = rowless.parse().expect("an id");
    let mut database = library::database(&system, id.shard()).await;
    sqlx::query("DELETE FROM photos WHERE id = ?")
        .bind(id.uuid())
        .execute(&mut database)
        .await
        .expect("a loss");
    ana.delete(&format!("/v1/photos/{ended}")).await.expect(204);
    photo_trashed_days_ago(&system, &ended, 31).await;
    purge_trash(&system).await;
    // As if an upload had arrived after the end.
    let user = whole.parse::<PhotoId>().expect("an id");
    let owner = projector(&system)
        .library
        .photo(user)
        .await
        .expect("a photo")
        .expect("a photo")
        .1;
    let ended_id: PhotoId = ended.parse().expect("a photo");
    let late = format!("originals/{}/{}/1", owner.folder, ended_id.uuid().simple());
    let put = objects(&system)
        .put_object()
        .bucket(system.variable("ORIGINALS_BUCKET"))
        .key(&late);
    put.body(b"late".to_vec().into())
        .send()
        .await
        .expect("an object");
    lose(&system, "ORIGINALS_BUCKET", &bare).await;
    assert_eq!(
        job(&system).run_at(Moment::now()).await.expect("a sweep"),
        Findings::default(),
        "all is young"
    );

    let findings = tomorrow(&system).await;
    assert_eq!(ana.settled(&imageless).await["status"], "ready");
    assert!(objects_of(&system, &imageless).await > 1, "its images are back");
    assert_eq!(made(&system, owner.user, &imageless).await, [true, false], "counted once");
    assert_eq!(objects_of(&system, &rowless).await, 1, "its original is kept, its images are not");
    assert_eq!(objects_of(&system, &ended).await, 0);
    assert_eq!((findings.again, findings.reported), (1, 2), "{findings:?}");
    // The images of the one without a row; what came late its worker may have deleted before.
    assert!(findings.deleted >= 1, "{findings:?}");
    assert!(objects_of(&system, &whole).await > 1);
    let again = tomorrow(&system).await;
    assert_eq!(
        again,
        Findings { reported: 2, ..Findings::default() },
        "only what needs somebody is left"
    );
}

/// Returns, for each time that this photo became ready, whether the record says its bytes.
async fn made(system: &System, owner: UserId, photo: &str) -> Vec<bool> {
    let query = "SELECT context LIKE '%\"bytes\"%' FROM activity \
                 WHERE owner_id = ? AND subject_id = ? AND action = 'make-renditions' ORDER BY at, id";
    let photo: PhotoId = photo.parse().expect("an id");
    // The worker's row may come a moment after the photo is seen to be ready.
    until("the record is whole", Duration::from_secs(30), async || {
        let mut record = database(system, "ACTIVITY_SHARDS", owner.shard()).await;
        let rows = sqlx::query_scalar(query)
            .bind(owner.uuid())
            .bind(photo.uuid());
        let rows: Vec<bool> = rows.fetch_all(&mut record).await.expect("rows");
        (rows.len() > 1).then_some(rows)
    })
    .await
}

/// An object of a photo that was given up, whose deletion failed or that came in between, is not
/// left for ever.
#[tokio::test]
async fn the_original_of_a_photo_that_was_given_up_goes() {
    let (own, _, _, photos) = album_of(2).await;
    let system = own.system();
    let failed = "UPDATE photos SET status = 'failed', error_code = ?, counts = ? WHERE id = ?";
    for (photo, code, counts) in
        [(&photos[0], "never_arrived", false), (&photos[1], "processing_failed", true)]
    {
        let id: PhotoId = photo.parse().expect("an id");
        let mut database = library::database(&system, id.shard()).await;
        let set = sqlx::query(failed)
            .bind(code)
            .bind(counts)
            .bind(id.uuid())
            .execute(&mut database)
            .await;
        assert_eq!(set.expect("an update").rows_affected(), 1);
    }
    assert_eq!(tomorrow(&system).await, Findings { deleted: 1, ..Findings::default() });
    let kept = lose(&system, "ORIGINALS_BUCKET", &photos[1]).await;
    assert_eq!(kept.len(), 1, "what is to be tried again is kept");
    assert_eq!(tomorrow(&system).await, Findings::default());
}

#[tokio::test]
async fn a_sweep_that_is_killed_anywhere_finds_the_rest_in_the_next() {
    const DEATHS: usize = 12;
    let (own, _, _, photos) = album_of(1).await;
    let system = own.system();
    let photo = &photos[0];
    let id: PhotoId = photo.parse().expect("an id");
    let at = Moment::now().plus(2 * 24 * 3600);
    let mut deaths = Deaths::at(DEATHS);
    let done = deaths.run(job(&system).run_at(at)).await;
    assert_eq!(done.expect("an end").expect("a sweep"), Findings::default());
    for _ in 0..DEATHS {
        lose(&system, "RENDITIONS_BUCKET", photo).await;
        deaths.run(job(&system).run_at(at)).await;
        // From wherever that one stopped to the end, and once round.
        for _ in 0..2 {
            job(&system).run_at(at).await.expect("a sweep");
        }
        // Who died between the row and the message.
        super::uploads::job(&system)
            .run_at(at)
            .await
            .expect("a sweep of uploads");
        until("the images are back", Duration::from_secs(30), async || {
            (objects_of(&system, photo).await > 1).then_some(())
        })
        .await;
        until("the photo is ready", Duration::from_secs(30), async || {
            let row = projector(&system)
                .library
                .photo(id)
                .await
                .expect("an answer")
                .expect("a photo")
                .0;
            (row.status == Status::Ready).then_some(())
        })
        .await;
    }
    deaths.assert_happened();
}
