//! `GET /metrics`: what waits, and what is used, at this moment. It stands beside the queues, on
//! loopback only, and changes nothing.

use std::collections::BTreeMap;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

use crate::{
    database::{DatabaseStatus, StatusReader},
    dynamodb::Units,
    host::{EnvironmentCounts, Host},
    sqs::{Backlog, SqsServer},
};

/// Everything that is measured.
#[derive(Clone)]
pub(super) struct Metrics {
    pub queues: SqsServer,
    pub host: Host,
    pub units: Units,
    pub database: StatusReader,
}

impl Metrics {
    /// Returns the route.
    pub fn router(self) -> Router {
        Router::new()
            .route("/metrics", get(report))
            .with_state(self)
    }
}

async fn report(State(metrics): State<Metrics>) -> Result<Json<Value>, StatusCode> {
    let backlogs = metrics
        .queues
        .backlogs()
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let units = metrics.units.taken();
    // Without it the rest is still worth reading.
    let database = metrics.database.read().await;
    Ok(Json(json!({
        "queues": queues(backlogs),
        "functions": functions(&metrics.host),
        "tables": { "units_read": units.read, "units_written": units.written },
        "database": database.map(of_database),
    })))
}

/// Returns what is in each queue, by name.
fn queues(backlogs: Vec<Backlog>) -> BTreeMap<String, Value> {
    let mut queues = BTreeMap::new();
    for backlog in backlogs {
        let value = json!({
            "messages": backlog.messages,
            "oldest_seconds": backlog.oldest_seconds,
            "holds_dead_letters": backlog.holds_dead_letters,
        });
        queues.insert(backlog.queue, value);
    }
    queues
}

/// Returns the environments of each function that has work, by the name of its executable.
fn functions(host: &Host) -> BTreeMap<String, Value> {
    let mut functions = BTreeMap::new();
    for (function, counts) in host.environments() {
        let EnvironmentCounts { limit, at_work, waiting } = counts;
        if at_work > 0 || waiting > 0 {
            let value = json!({ "limit": limit, "at_work": at_work, "waiting": waiting });
            functions.insert(function.binary.clone(), value);
        }
    }
    functions
}

fn of_database(status: DatabaseStatus) -> Value {
    json!({
        "statements": status.statements,
        "connections": status.connections,
        "most_connections": status.most_connections,
        "running": status.running,
        "waiting_for_locks": status.waiting_for_locks,
    })
}
