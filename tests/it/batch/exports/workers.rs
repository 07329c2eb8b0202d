//! Workers of exports: killed anywhere, meeting at one part, and what is made of a lost message.

use exports::BuildExport;
use serde_json::{Value, json};
use shared::{
    domain::{ExportId, UserId},
    stores::{Accounts, ExportFiles, ExportQueue, Exports, Library, Originals, SentMails},
};
use tests::{OwnSystem, Person, System, kill_points, person::text, photograph::jpeg, system::env};

use super::{parts, save, verify};

/// A worker in this process, whose messages the system's own does not receive.
fn worker(system: &System, limit: u64) -> BuildExport {
    let mut quiet = system.clone();
    let dead = system
        .variable("EXPORTS_QUEUE_URL")
        .replace("ExportQueue", "ExportDead");
    quiet
        .environment
        .insert("EXPORTS_QUEUE_URL".to_owned(), dead);
    let system = &quiet.acting_as("BuildExport");
    let s3 = env(system, &system.s3);
    let hot = env(system, &system.dynamodb);
    BuildExport {
        exports: Exports::connect(&hot).expect("exports"),
        accounts: Accounts::connect(&hot).expect("accounts"),
        library: Library::connect(&hot).expect("a library"),
        mails: SentMails::connect(&hot).expect("mails"),
        originals: Originals::connect(&s3).expect("originals"),
        files: ExportFiles::connect(&s3).expect("files"),
        // Not as the function: its role allows it no such queue.
        export_queue: ExportQueue::connect(&env(&quiet, &quiet.sqs)).expect("a queue"),
        limit,
    }
}

/// A row as `POST` makes it, without the message that asks the system's own worker.
async fn asked_quietly(system: &System, ana: &Person) -> ExportId {
    let user: UserId = ana.id().await.parse().expect("an id");
    let exports = Exports::connect(&env(system, &system.dynamodb)).expect("exports");
    exports
        .create(ExportId::new(user.shard()), user, 100)
        .await
        .expect("an export")
        .id
}

#[tokio::test]
async fn an_export_that_is_killed_anywhere_goes_on_where_it_was() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    for seed in 0..5 {
        let photo = ana.upload(&album, &jpeg(60, 50, seed)).await;
        ana.settled(&photo).await;
    }
    let mut length = 0;
    for round in 0..4 {
        let id = asked_quietly(&system, &ana).await;
        let exports = worker(&system, 1).exports;
        for death in 0.. {
            let export = exports
                .find(id)
                .await
                .expect("an answer")
                .expect("an export");
            if export.view.state == shared::domain::export::ExportState::Ready {
                break;
            }
            assert!(death < 200, "{:?}", export.view);
            let worker = worker(&system, 6_000);
            if round == 0 && death == 0 {
                let (polls, done) = kill_points::never(worker.next(id, 6_000)).await;
                done.expect("a part");
                length = polls;
            } else {
                // Further each time, so that it ends; from another beginning each round.
                let polls = 1 + (death * 7 + round * 3) * length / 50;
                kill_points::after(polls, worker.next(id, 6_000)).await;
            }
        }
        let parts = parts(&ana, &id.to_string()).await;
        let photos: u64 = parts
            .iter()
            .map(|(file, _)| file["photos"].as_u64().expect("a number"))
            .sum();
        assert_eq!(photos, 5, "each once");
        assert!(parts.len() > 1, "more than one part");
        let (good, said) = verify(save(&parts).path());
        assert!(good, "{said}");
    }
}

#[tokio::test]
async fn two_workers_on_one_part_make_it_once() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let album = ana.album("Summer").await;
    let photo = ana.upload(&album, &jpeg(60, 50, 1)).await;
    ana.settled(&photo).await;
    let id = asked_quietly(&system, &ana).await;
    let a = worker(&system, 1_000_000);
    let b = worker(&system, 1_000_000);
    let (a, b) = tokio::join!(a.next(id, 1_000_000), b.next(id, 1_000_000));
    a.and(b).expect("both are done");
    let parts = parts(&ana, &id.to_string()).await;
    assert_eq!(parts.len(), 1);
    let keys = tests::store_search::keys(&system).await;
    let zips: Vec<_> = keys
        .iter()
        .filter(|(_, key)| key.starts_with("exports/"))
        .collect();
    assert_eq!(zips.len(), 1, "the other one's is gone: {zips:?}");
}

pub(super) async fn set_days_ago(system: &System, export: ExportId, days: i64) {
    let shards: Value =
        serde_json::from_str(system.variable("ACCOUNTS_SHARDS")).expect("a shard map");
    let url = text(&shards[0]["writer"]);
    let mut database = <sqlx::MySqlConnection as sqlx::Connection>::connect(&url)
        .await
        .expect("a connection");
    let at = shared::domain::Moment::now().plus(-days * 24 * 3600).utc();
    let set = "UPDATE exports SET updated_at = ?, created_at = ?, \
               expires_at = IF(state = 'ready', ? + INTERVAL 7 DAY, NULL) WHERE id = ?";
    let set = sqlx::query(set)
        .bind(at)
        .bind(at)
        .bind(at)
        .bind(export.uuid());
    assert_eq!(
        set.execute(&mut database)
            .await
            .expect("an update")
            .rows_affected(),
        1
    );
}

#[tokio::test]
async fn an_export_whose_message_was_lost_is_made_and_one_that_expired_is_gone() {
    let own = OwnSystem::start(&[]).await;
    let system = own.system();
    let ana = Person::new(&system).await;
    let id = asked_quietly(&system, &ana).await;
    set_days_ago(&system, id, 1).await;
    system.invoke("SweepUploads", &json!({})).await;
    assert_eq!(parts(&ana, &id.to_string()).await.len(), 1, "a part without photos");
    set_days_ago(&system, id, 6).await;
    system.invoke("SweepUploads", &json!({})).await;
    parts(&ana, &id.to_string()).await;
    set_days_ago(&system, id, 8).await;
    system.invoke("SweepUploads", &json!({})).await;
    assert_eq!(ana.get(&format!("/v1/me/exports/{id}")).await.problem(404), "/problems/not-found");
    let keys = tests::store_search::keys(&system).await;
    assert!(keys.iter().all(|(_, key)| !key.starts_with("exports/")), "{keys:?}");
}
