//! From `main` to the Lambda runtime: one call a kind of function.

use std::future::Future;

use async_trait::async_trait;
use aws_lambda_events::sqs::SqsEvent;
use lambda_http::service_fn;
use lambda_runtime::LambdaEvent;

use crate::{
    activity,
    env::Env,
    error::{Cause, Result, guard},
    freeze_detection,
    http::{Gate, Route, dispatch},
    queue::{self, Worker},
    stores::close_connections,
    telemetry,
};

/// A job that runs on a schedule.
#[async_trait]
pub trait ScheduledJob: Send + Sync {
    /// Does the job once. Run twice, it does no harm.
    async fn run(&self) -> Result<()>;
}

/// Serves a route of the API. `build` is called once an execution environment: its clients and
/// pools live as long as that.
///
/// # Errors
/// When the environment lacks what `build` wants, or the runtime ends.
pub fn serve<R: Route, F: Future<Output = Result<R>>>(
    build: impl FnOnce(Env) -> F,
) -> Result<(), Cause> {
    run(async {
        let env = Env::load().await;
        // Two environments cost nothing: the second shares the first one's configuration.
        let gate_env = env.clone();
        let route = build(env).await?;
        let spec = R::spec();
        let gate = Gate::open(&gate_env, &spec)?;
        let answer = |request| async {
            freeze_detection::invocation_begins();
            let response = dispatch(&route, &spec, &gate, request).await;
            close_connections().await;
            Ok::<_, Cause>(response)
        };
        lambda_http::run(service_fn(answer)).await
    })
}

/// Works off a queue.
///
/// # Errors
/// As [`serve`].
pub fn work<W: Worker, F: Future<Output = Result<W>>>(
    build: impl FnOnce(Env) -> F,
) -> Result<(), Cause> {
    run(async {
        let worker = build(Env::load().await).await?;
        let answer = |event: LambdaEvent<SqsEvent>| {
            let worker = &worker;
            async move {
                freeze_detection::invocation_begins();
                let response = queue::work(worker, &event.payload).await;
                close_connections().await;
                Ok::<_, Cause>(response)
            }
        };
        lambda_runtime::run(service_fn(answer)).await
    })
}

/// Does a job on a schedule.
///
/// # Errors
/// As [`serve`]; a job that fails is retried by its schedule.
pub fn tick<J: ScheduledJob, F: Future<Output = Result<J>>>(
    build: impl FnOnce(Env) -> F,
) -> Result<(), Cause> {
    run(async {
        let job = build(Env::load().await).await?;
        let answer = |event: LambdaEvent<serde_json::Value>| {
            let job = &job;
            async move {
                freeze_detection::invocation_begins();
                let request = event.context.request_id;
                let outcome =
                    activity::during(activity::name_of::<J>(), &request, guard(job.run())).await;
                close_connections().await;
                outcome
                    .inspect_err(|e| tracing::error!(error = e.chain(), "failed"))
                    .map_err(Cause::from)
            }
        };
        lambda_runtime::run(service_fn(answer)).await
    })
}

/// A job that runs when somebody asks for it.
#[async_trait]
pub trait OnDemandJob: Send + Sync {
    /// Does what the event asks for; the answer.
    async fn run(&self, event: serde_json::Value) -> Result<serde_json::Value>;
}

/// Does such jobs, for whoever invokes the function.
///
/// # Errors
/// As [`serve`].
pub fn answer<J: OnDemandJob, F: Future<Output = Result<J>>>(
    build: impl FnOnce(Env) -> F,
) -> Result<(), Cause> {
    run(async {
        let job = build(Env::load().await).await?;
        let answer = |event: LambdaEvent<serde_json::Value>| {
            let job = &job;
            async move {
                freeze_detection::invocation_begins();
                let outcome = guard(job.run(event.payload)).await;
                close_connections().await;
                outcome
                    .inspect_err(|e| tracing::error!(error = e.chain(), "failed"))
                    .map_err(Cause::from)
            }
        };
        lambda_runtime::run(service_fn(answer)).await
    })
}

/// One thread: an execution environment serves one request at a time, and what waits, waits on
/// the network.
fn run(main: impl Future<Output = Result<(), Cause>>) -> Result<(), Cause> {
    telemetry::start();
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(main)
}
