//! Lines of functions → function: the subscriptions of log groups, as CloudWatch Logs has them.
//!
//! A line is sent by itself; on AWS those of some seconds come together. Lambda's own lines, about
//! time-outs and what was killed, are not here: the system prints what became of a call in its own
//! words.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>

use std::{
    io::{self, Write},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::{Mutex, mpsc::UnboundedReceiver};
use tokio_util::sync::CancellationToken;

use super::Pattern;
use crate::{
    console,
    host::{Host, Line},
    template::{ACCOUNT, Subscription},
};

/// A function that is told of lines.
#[derive(Clone, Debug)]
pub struct Subscribed {
    /// Its physical name.
    pub function: String,
    /// Which lines.
    pub source: Subscription,
    /// The same, read.
    pub pattern: Pattern,
}

/// Sends lines to who subscribed to them, until `stop`. One at a time takes the lines.
pub async fn deliver(
    host: Host,
    lines: Arc<Mutex<UnboundedReceiver<Line>>>,
    subscribed: Vec<Subscribed>,
    stop: CancellationToken,
) {
    let mut number: u64 = 0;
    let mut lines = lines.lock().await;
    while let Some(Some(line)) = stop.run_until_cancelled(lines.recv()).await {
        let takes =
            |one: &&Subscribed| *one.source.group == *line.group && one.pattern.takes(&line.text);
        for one in subscribed.iter().filter(takes) {
            number += 1;
            match event(&line, &one.source.name, number) {
                Ok(event) => drop(host.send(&one.function, event)),
                Err(error) => console::problem(&format!(
                    "A line could not be packed for {}: {error}.",
                    one.function
                )),
            }
        }
    }
}

/// The event of one line.
fn event(line: &Line, filter: &str, number: u64) -> io::Result<Bytes> {
    let now = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    let now = i64::try_from(now).unwrap_or_default();
    let data = json!({
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": &*line.group,
        "logStream": &*line.stream,
        "subscriptionFilters": [filter],
        // As long as CloudWatch's, whose first digits are the time, too.
        "logEvents": [{"id": format!("{now:036}{number:020}"), "timestamp": now, "message": line.text}],
    });
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(data.to_string().as_bytes())?;
    Ok(Bytes::from(json!({"awslogs": {"data": STANDARD.encode(gzip.finish()?)}}).to_string()))
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::cloudwatch_logs::LogsEvent;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let line = Line {
            group: "albumen-Logs".into(),
            stream: "2026/11/22/albumen-A[$LATEST]0".into(),
            text: "{}".into(),
        };
        let event: Value = serde_json::from_slice(&event(&line, "Filter", 7).unwrap()).unwrap();
        let data = LogsEvent::deserialize(&event).unwrap().aws_logs.data;
        assert_eq!((&*data.log_group, &*data.log_stream), (&*line.group, &*line.stream));
        assert_eq!((data.log_events[0].message.as_str(), data.log_events[0].id.len()), ("{}", 56));
        assert!(data.log_events[0].id.ends_with("07"));
    }
}
