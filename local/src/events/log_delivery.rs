//! Lines of functions → function: the subscriptions of log groups, as CloudWatch Logs has them.
//!
//! A line is sent by itself; on AWS those of some seconds come together. Lambda's own lines, about
//! time-outs and processes that were killed, are not here: the system prints the outcome of a call
//! in its own words.
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

use super::FilterPattern;
use crate::{
    console,
    host::{Host, LogLine},
    template::{ACCOUNT, Subscription},
};

/// A function that is called with lines.
#[derive(Clone, Debug)]
pub struct LogSubscriber {
    /// Its physical name.
    pub function: String,
    /// The subscription in the template.
    pub subscription: Subscription,
    /// The subscription's filter pattern, parsed.
    pub pattern: FilterPattern,
}

impl LogSubscriber {
    fn takes(&self, line: &LogLine) -> bool {
        *self.subscription.group == *line.group && self.pattern.matches(&line.text)
    }
}

/// Sends lines to their subscribers until `stop`. The channel is locked, so that a second delivery,
/// begun after a panic, waits for the first.
pub async fn deliver_lines(
    host: Host,
    lines: Arc<Mutex<UnboundedReceiver<LogLine>>>,
    subscribers: Vec<LogSubscriber>,
    stop: CancellationToken,
) {
    let mut delivered: u64 = 0;
    let mut lines = lines.lock().await;
    while let Some(Some(line)) = stop.run_until_cancelled(lines.recv()).await {
        for subscriber in subscribers.iter().filter(|one| one.takes(&line)) {
            delivered += 1;
            match event(&line, &subscriber.subscription.name, delivered) {
                Ok(event) => drop(host.send(&subscriber.function, event)),
                Err(error) => console::problem(&format!(
                    "A line could not be packed for {}: {error}.",
                    subscriber.function
                )),
            }
        }
    }
}

/// Makes the event of one line, as the filter of this name sends it. `number` tells apart the
/// events of one millisecond.
fn event(line: &LogLine, filter: &str, number: u64) -> io::Result<Bytes> {
    let milliseconds = OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000;
    let timestamp = i64::try_from(milliseconds).unwrap_or_default();
    // As long as CloudWatch's, whose first digits are the time, too.
    let id = format!("{timestamp:036}{number:020}");
    let data = json!({
        "messageType": "DATA_MESSAGE",
        "owner": ACCOUNT,
        "logGroup": &*line.group,
        "logStream": &*line.stream,
        "subscriptionFilters": [filter],
        "logEvents": [{"id": id, "timestamp": timestamp, "message": line.text}],
    });
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(data.to_string().as_bytes())?;
    let encoded = STANDARD.encode(gzip.finish()?);
    Ok(Bytes::from(json!({"awslogs": {"data": encoded}}).to_string()))
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::cloudwatch_logs::LogsEvent;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let line = LogLine {
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
