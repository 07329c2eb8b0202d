//! S3 that does not answer, that fails half-way, and that has something else than it was sent.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use archive::ArchiveLimits;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shared::stores::activities::{ArchiveJobState, ArchiveTarget};
use tokio::net::TcpListener;

use super::{
    ago,
    fixture::{SMALL, World},
};

/// The system's S3, for so many requests.
#[derive(Clone)]
struct Failing {
    left: Arc<AtomicUsize>,
    origin: String,
}

async fn pass(State(failing): State<Failing>, request: Request) -> Response {
    let left = failing
        .left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if left.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    // With the `Host` that was signed.
    let asked =
        reqwest::Client::new().request(parts.method, format!("{}{}", failing.origin, parts.uri));
    let answer = asked
        .headers(parts.headers)
        .body(body)
        .send()
        .await
        .expect("an answer");
    let status = answer.status();
    let headers = answer.headers().clone();
    (status, headers, Body::from(answer.bytes().await.expect("a body"))).into_response()
}

/// The endpoint of S3 that answers so many requests.
async fn for_requests(world: &World, requests: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let origin = world.system.variable("AWS_ENDPOINT_URL_S3").to_owned();
    let failing = Failing { left: Arc::new(AtomicUsize::new(requests)), origin };
    let app = Router::new().fallback(pass).with_state(failing);
    tokio::spawn(async move { axum::serve(listener, app).await });
    endpoint
}

#[tokio::test]
async fn s3_that_fails_after_any_request_loses_and_doubles_nothing() {
    let mut world = World::new().await;
    for requests in 0.. {
        world.write(ago(5), 15).await;
        let mut failed = 0;
        for job in world.plan(ago(5), ArchiveTarget::S3).await {
            let mut worker = world.worker(SMALL);
            worker.files = world.files(&for_requests(&world, requests).await);
            failed += usize::from(worker.advance(job.id).await.is_err());
            let state = world.state(job.id).await;
            assert!(
                (ArchiveJobState::Exchanged..=ArchiveJobState::Dropped).contains(&state),
                "{state:?}: S3's failure is no job's"
            );
            world
                .check(&format!("{requests} requests, and then none"))
                .await;
            assert_eq!(
                world.finish(&world.worker(SMALL), job.id).await.state,
                ArchiveJobState::Dropped
            );
            world
                .check(&format!("{requests} requests, none, and then all"))
                .await;
        }
        if failed == 0 {
            assert!(requests > 10, "more requests than {requests} are needed");
            break;
        }
    }
}

/// S3 has not what was sent: the job stops, and says so; its rows stay where readers find
/// them.
#[tokio::test]
async fn a_file_that_is_not_what_was_written_stops_its_job() {
    let mut world = World::new().await;
    world.write(ago(5), 40).await;
    for (number, job) in world
        .plan(ago(5), ArchiveTarget::S3)
        .await
        .into_iter()
        .enumerate()
    {
        let worker = world.worker(ArchiveLimits { time: std::time::Duration::ZERO, ..SMALL });
        while world.state(job.id).await < ArchiveJobState::Exported {
            worker.advance(job.id).await.expect("a step");
        }
        let key = world
            .keys(&job)
            .await
            .into_iter()
            .find(|key| key.ends_with("2.parquet"))
            .expect("a file");
        let mut bytes = world.object(&key).await.to_vec();
        if number == 0 {
            bytes.truncate(bytes.len() - 1);
        } else {
            // Another byte in the first context.
            let place = bytes.len() / 3;
            bytes[place] ^= 1;
        }
        let put = world
            .s3()
            .put_object()
            .bucket(world.system.variable("ARCHIVE_BUCKET"))
            .key(key);
        put.body(bytes.into()).send().await.expect("another object");
        let failed = world.finish(&worker, job.id).await;
        assert_eq!(failed.state, ArchiveJobState::Failed, "{failed:?}");
        assert!(failed.reason.expect("a reason").contains("00002.parquet"));
        world.check("after it failed").await;
    }
    // What comes late for that month has a job of its own.
    world.write(ago(5), 10).await;
    for job in world.plan(ago(5), ArchiveTarget::S3).await {
        assert_eq!(job.generation, 2);
        assert_eq!(
            world.finish(&world.worker(SMALL), job.id).await.state,
            ArchiveJobState::Dropped
        );
    }
    world.check("after the next job").await;
}
