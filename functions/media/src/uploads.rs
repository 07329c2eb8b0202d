//! Reads the uploads that a message of the upload queue tells of.

use aws_lambda_events::s3::S3Event;
use shared::{Result, domain::Original, error::Error};

/// Returns the uploads of one message, an S3 event. Keys that are not ours, and the test event that
/// S3 sends when the notification is set up, tell of none.
///
/// # Errors
/// When the body is neither.
pub fn uploads(body: &str) -> Result<Vec<Original>> {
    let json: serde_json::Value = serde_json::from_str(body).map_err(Error::internal)?;
    if json["Event"] == "s3:TestEvent" {
        return Ok(Vec::new());
    }
    let event: S3Event = serde_json::from_value(json).map_err(Error::internal)?;
    let mut uploads = Vec::new();
    for record in event.records {
        let object = record.s3.object;
        let key = object.url_decoded_key.or(object.key).unwrap_or_default();
        if let Some(original) = Original::of_key(&key) {
            uploads.push(original);
        }
    }
    Ok(uploads)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::domain::{Folder, PhotoId, Shard};

    use super::*;

    fn event(key: &str) -> String {
        json!({"Records": [{
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventTime": "2026-07-14T09:30:00.000Z", "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": "A"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": "R", "x-amz-id-2": "I"},
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "C",
                "bucket": {
                    "name": "b", "ownerIdentity": {"principalId": "A"}, "arn": "arn:aws:s3:::b"
                },
                "object": {"key": key, "size": 5, "eTag": "e", "sequencer": "1"}
            }
        }]})
        .to_string()
    }

    #[test]
    fn an_event_tells_its_uploads() {
        let shard = Shard::random();
        let original =
            Original { folder: Folder::random(), photo: PhotoId::new(shard), attempt: 2 };
        assert_eq!(uploads(&event(&original.key())).expect("an event"), [original]);
        assert_eq!(uploads(&event("originals/else")).expect("an event"), []);
        assert_eq!(
            uploads(r#"{"Service":"Amazon S3","Event":"s3:TestEvent"}"#).expect("an event"),
            []
        );
        assert!(uploads("not an event").is_err());
    }
}
