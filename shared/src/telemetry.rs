//! Logs and metrics: JSON lines on standard output, which Lambda sends to CloudWatch.
//!
//! A line never holds a body, a token, an e-mail address or a secret. Metrics are lines too, in
//! [CloudWatch's embedded
//! format](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
//! so that a request is one line that both reads as a log and counts as a metric.

use std::{
    io::Write,
    sync::{
        LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use serde_json::{Map, Value, json};

use crate::domain::Moment;

/// Crates below us whose finer lines hold what must not be logged: events, headers, statements. One
/// says of each error again what we have said.
const QUIET: &str = "aws=warn,aws_config=warn,aws_runtime=warn,aws_smithy_runtime=warn,aws_smithy_http_client=warn,\
                     hyper=warn,hyper_util=warn,lambda_http=warn,lambda_runtime=warn,\
                     lambda_runtime::layers::panic=off,sqlx=warn";

/// The stack's own, so that two in one account are told apart.
static NAMESPACE: LazyLock<String> =
    LazyLock::new(|| std::env::var("METRICS_NAMESPACE").unwrap_or_else(|_| "Albumen".to_owned()));

/// Starts logging; `LOG_LEVEL` says from which level on (`info` when unset). Panics become lines.
pub fn start() {
    let level = std::env::var("LOG_LEVEL").unwrap_or_else(|_| "info".to_owned());
    let filter = tracing_subscriber::EnvFilter::new(format!("{level},{QUIET}"));
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter);
    // A second start, as in tests, finds the first one's lines in place.
    drop(
        lines
            .with_current_span(true)
            .with_span_list(false)
            .try_init(),
    );
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panicked")));
}

/// One unit of work measured: a request or a batch.
pub struct Measure {
    started: Instant,
    cold: bool,
}

impl Measure {
    /// Starts the clock.
    pub fn start() -> Self {
        static WARM: AtomicBool = AtomicBool::new(false);
        Self { started: Instant::now(), cold: !WARM.swap(true, Ordering::Relaxed) }
    }

    /// Writes the line: `Latency` in milliseconds, `ColdStart` and `Fault` as 0 or 1, and the
    /// `Route`, beside the fields of `more`.
    ///
    /// `Fault` alone counts as a metric, of the whole stack: an alarm needs it. CloudWatch asks for
    /// each metric and each value of a dimension, and what a route takes stands in the log and
    /// in Lambda's own metrics.
    pub fn finish(self, route: &str, fault: bool, more: Value) {
        let line = json!({
            "_aws": directive("Fault"),
            "Route": route,
            "Latency": self.started.elapsed().as_secs_f64() * 1000.0,
            "Fault": u8::from(fault),
            "ColdStart": u8::from(self.cold),
        });
        write(line, more);
    }
}

/// Writes a line that counts one of this metric, beside the fields of `more`.
pub fn count(metric: &str, more: Value) {
    write(json!({"_aws": directive(metric), metric: 1}), more);
}

/// Returns what has CloudWatch take a field of the line for a metric, without dimensions.
fn directive(metric: &str) -> Value {
    json!({
        "Timestamp": Moment::now().micros() / 1000,
        "CloudWatchMetrics": [{
            "Namespace": *NAMESPACE,
            "Dimensions": [[]],
            "Metrics": [{"Name": metric, "Unit": "Count"}],
        }],
    })
}

fn write(line: Value, more: Value) {
    let mut fields = match line {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    if let Value::Object(more) = more {
        fields.extend(more);
    }
    // A closed standard output must not fail the request that it is about.
    drop(writeln!(std::io::stdout().lock(), "{}", Value::Object(fields)));
}
