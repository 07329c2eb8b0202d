//! The model of the stack for the local system, with every value resolved.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::s3::CorsRule;

/// The resolved template.
#[derive(Debug, Default)]
pub struct Template {
    /// Functions, by logical id.
    pub functions: Vec<Function>,
    /// Queues, dead-letter queues included.
    pub queues: Vec<Queue>,
    /// DynamoDB tables.
    pub tables: Vec<Table>,
    /// S3 buckets.
    pub buckets: Vec<Bucket>,
    /// CORS and throttles of the HTTP API.
    pub api: HttpApi,
    /// The headers that the policy `WebHeaders` adds to the page's files.
    pub web_headers: Vec<(String, String)>,
}

/// One Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Logical id, such as `GetAlbum`.
    pub id: String,
    /// Physical name.
    pub name: String,
    /// Name of the executable, such as `get-album`.
    pub binary: String,
    /// The template's environment variables.
    pub environment: BTreeMap<String, String>,
    /// Memory in MiB. Told to the function; not enforced on this machine.
    pub memory: u32,
    /// The time that one invocation may take.
    pub timeout: Duration,
    /// Reserved concurrency: over it the function is throttled.
    pub reserved: Option<u32>,
    /// Physical name of the log group that it writes to.
    pub log_group: String,
    /// Everything that calls it.
    pub triggers: Vec<Trigger>,
}

/// An event source of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// A route of the HTTP API.
    Http(Route),
    /// Messages of a queue.
    Queue(QueueSource),
    /// Lines of a log group.
    Logs(Subscription),
    /// A `rate(…)` or `cron(…)` expression.
    Schedule {
        /// The expression as the template has it.
        expression: String,
        /// Event to send instead of `EventBridge`'s own.
        input: Option<Value>,
    },
}

/// Method and path of a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// Upper-case method, or `ANY`.
    pub method: String,
    /// Path with `{name}` segments, the last may be `{name+}`; or `$default`.
    pub path: String,
}

impl Route {
    /// As API Gateway writes it: `GET /v1/albums/{album}`.
    pub fn key(&self) -> String {
        if self.path == "$default" {
            self.path.clone()
        } else {
            format!("{} {}", self.method, self.path)
        }
    }
}

/// Lines of a log group that are sent to a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Logical name of the filter, such as `ReportErrorsErrors`.
    pub name: String,
    /// Physical name of the log group.
    pub group: String,
    /// CloudWatch's filter pattern.
    pub pattern: String,
}

/// A queue that a function reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSource {
    /// ARN of the queue.
    pub queue_arn: String,
    /// Messages an invocation, at most.
    pub batch_size: u32,
    /// The time for which messages are collected for one batch.
    pub window: Duration,
    /// Invocations at once, at most.
    pub maximum_concurrency: Option<u32>,
    /// True if the answer names the messages that failed.
    pub partial_failures: bool,
}

/// An SQS queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Logical id.
    pub id: String,
    /// Physical name.
    pub name: String,
    /// Attributes as `CreateQueue` takes them.
    pub attributes: BTreeMap<String, String>,
}

/// A DynamoDB table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Logical id.
    pub id: String,
    /// Physical name.
    pub name: String,
    /// The template's properties, resolved, with `TableName` filled in.
    pub properties: Value,
}

/// An S3 bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Logical id.
    pub id: String,
    /// Physical name.
    pub name: String,
    /// CORS rules, in order.
    pub cors: Vec<CorsRule>,
    /// New objects, and the queues that are told of them.
    pub notifications: Vec<Notification>,
}

/// S3 events of a bucket that go to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// `s3:ObjectCreated:*` or one of its kinds.
    pub event: String,
    /// ARN of the queue.
    pub queue_arn: String,
    /// Only keys that begin so.
    pub prefix: String,
    /// Only keys that end so.
    pub suffix: String,
}

/// Settings of the HTTP API.
#[derive(Clone, Debug, Default)]
pub struct HttpApi {
    /// CORS of the API; none means that the API answers no preflight.
    pub cors: Option<ApiCors>,
    /// Limit of every route that has none of its own.
    pub throttle: Option<Throttle>,
    /// Limits by route key.
    pub route_throttles: BTreeMap<String, Throttle>,
}

/// CORS of the HTTP API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiCors {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Methods, or `*`.
    pub allow_methods: Vec<String>,
    /// Request headers, or `*`.
    pub allow_headers: Vec<String>,
    /// Response headers a page may read.
    pub expose_headers: Vec<String>,
    /// Seconds a browser may keep a preflight.
    pub max_age: Option<u64>,
    /// True if cookies may come along.
    pub allow_credentials: bool,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    /// Requests a second.
    pub rate: f64,
    /// Requests at once.
    pub burst: f64,
}
