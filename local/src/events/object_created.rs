//! S3 → SQS: new objects become messages with the event JSON that S3 sends.
//!
//! The message is in the queue before the upload is answered, unless the queue does not take it:
//! then it is sent again until it does. If the system is killed between the write and the message,
//! the store's journal has it sent at the next start.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use time::OffsetDateTime;

use super::iso_time;
use crate::{
    console, s3, sqs,
    template::{ACCOUNT, Bucket, Notification, REGION},
};

/// Returns the hook that the object store calls for each new object: it sends the messages that the
/// buckets' notifications ask for.
pub fn object_created_hook(buckets: &[Bucket], queues: sqs::SqsServer) -> s3::ObjectCreatedHook {
    let mut notifications = BTreeMap::new();
    for bucket in buckets {
        notifications.insert(bucket.name.clone(), bucket.notifications.clone());
    }
    let notifications = Arc::new(notifications);
    Arc::new(move |object| {
        let notifications = notifications.clone();
        let queues = queues.clone();
        Box::pin(async move {
            let Some(of_bucket) = notifications.get(&object.bucket) else { return true };
            let mut is_sent = true;
            for notification in of_bucket {
                if applies(notification, &object) {
                    is_sent &= send(&queues, notification, &object).await;
                }
            }
            is_sent
        })
    })
}

/// Sends the message of a notification; returns whether the queue took it.
async fn send(
    queues: &sqs::SqsServer,
    notification: &Notification,
    object: &s3::ObjectCreated,
) -> bool {
    let queue = sqs::queue_name(&notification.queue_arn);
    let body = event(object, OffsetDateTime::now_utc()).to_string();
    let sent = queues.send(queue, &body).await;
    if let Err(error) = &sent {
        console::problem(&format!(
            "{queue} was not told of the new object {} yet: {error}",
            object.key
        ));
    }
    sent.is_ok()
}

/// Returns whether a notification is for this event, with its `*`, and for this key.
fn applies(notification: &Notification, object: &s3::ObjectCreated) -> bool {
    let wanted = notification.event.trim_start_matches("s3:");
    let name = object.event.name();
    let is_event = match wanted.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == wanted,
    };
    is_event
        && object.key.starts_with(&notification.prefix)
        && object.key.ends_with(&notification.suffix)
}

/// Makes the event of one object, in version 2.1 of its structure.
fn event(object: &s3::ObjectCreated, now: OffsetDateTime) -> Value {
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": iso_time(now),
        "eventName": object.event.name(),
        "userIdentity": { "principalId": ACCOUNT },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "local",
            "bucket": {
                "name": object.bucket,
                "ownerIdentity": { "principalId": ACCOUNT },
                "arn": format!("arn:aws:s3:::{}", object.bucket),
            },
            "object": {
                "key": url_encoded(&object.key),
                "size": object.size,
                "eTag": object.etag,
                // Grows with time, as the order of events on one key.
                "sequencer": format!("{:018X}", now.unix_timestamp_nanos()),
            },
        },
    }] })
}

/// Encodes a key as S3 does in events: as forms are encoded, with the slashes left.
fn url_encoded(key: &str) -> String {
    let mut encoded = String::new();
    for &byte in key.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' | b'/' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => encoded.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]),
        }
    }
    encoded
}

fn hex_digit(value: u8) -> char {
    char::from_digit(value.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use aws_lambda_events::s3::S3Event;
    use time::macros::datetime;

    use super::*;

    fn object(key: &str) -> s3::ObjectCreated {
        s3::ObjectCreated {
            bucket: "albumen-originals".into(),
            key: key.into(),
            size: 12,
            etag: "abc".into(),
            event: s3::CreationEvent::Put,
        }
    }

    #[test]
    fn the_event_is_one_that_the_sdk_reads() {
        let event = event(&object("originals/a b/ü+1"), datetime!(2026-11-22 09:05:07.5 UTC));
        let parsed: S3Event = serde_json::from_value(event).unwrap();
        let record = &parsed.records[0];
        assert_eq!(record.event_name.as_deref(), Some("ObjectCreated:Put"));
        assert_eq!(record.event_time.timestamp(), 1_795_338_307);
        assert_eq!(record.s3.bucket.name.as_deref(), Some("albumen-originals"));
        assert_eq!(record.s3.object.key.as_deref(), Some("originals/a+b/%C3%BC%2B1"));
        assert_eq!(record.s3.object.size, Some(12));
    }

    #[test]
    fn rules_filter_by_event_prefix_and_suffix() {
        let rule = Notification {
            event: "s3:ObjectCreated:*".into(),
            queue_arn: String::new(),
            prefix: "originals/".into(),
            suffix: String::new(),
        };
        assert!(applies(&rule, &object("originals/x")));
        assert!(!applies(&rule, &object("media/x")));
        let copies = Notification { event: "s3:ObjectCreated:Copy".into(), ..rule.clone() };
        assert!(!applies(&copies, &object("originals/x")));
        assert!(!applies(&Notification { suffix: ".jpg".into(), ..rule }, &object("originals/x")));
    }
}
