//! `record-mail-events`: stops mail to addresses from which it came back, or whose owners complain.
//!
//! SES tells a topic, which tells the queue. One put for each address does it; done twice, it is
//! the same. An event that names no address of ours to stop is left alone.

use async_trait::async_trait;
use serde::Deserialize;
use shared::{
    Result,
    domain::{
        Email, Moment,
        mail::{MailStop, MailStopReason},
    },
    error::Error,
    http::Signer,
    queue::{QueueMessage, Worker},
    stores::MailStops,
};

/// The worker and what it needs.
pub struct RecordMailEvents {
    /// The addresses that get no more mail.
    pub stops: MailStops,
    /// Makes the sums by which they are kept.
    pub signer: Signer,
}

/// An event of SES, with what is read of it.
///
/// <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>
#[derive(Deserialize)]
#[serde(tag = "eventType")]
enum MailEvent {
    Bounce {
        bounce: Bounce,
    },
    Complaint {
        complaint: Complaint,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
    bounced_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complained_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
}

impl MailEvent {
    /// Returns the addresses that are to get no more mail, and why.
    fn stops(self) -> Option<(MailStopReason, Vec<Recipient>)> {
        match self {
            // A mailbox that is full, or a server that is down, may take the next mail.
            Self::Bounce { bounce } if bounce.bounce_type == "Permanent" => {
                Some((MailStopReason::Bounce, bounce.bounced_recipients))
            }
            Self::Complaint { complaint } => {
                Some((MailStopReason::Complaint, complaint.complained_recipients))
            }
            Self::Bounce { .. } | Self::Other => None,
        }
    }
}

#[async_trait]
impl Worker for RecordMailEvents {
    fn name(&self) -> &'static str {
        "record-mail-events"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let event: MailEvent = serde_json::from_str(message.body()).map_err(Error::internal)?;
        let Some((reason, recipients)) = event.stops() else { return Ok(()) };
        for recipient in recipients {
            match Email::try_from(recipient.email_address) {
                Ok(email) => {
                    let stop = MailStop { reason, at: Moment::now() };
                    self.stops.add(&self.signer.mail_stop(&email), stop).await?;
                    tracing::warn!(reason = reason.word(), "an address gets no more mail");
                }
                Err(why) => tracing::warn!(why, "an event of mail names no address"),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped(event: &str) -> Option<(MailStopReason, Vec<String>)> {
        let event: MailEvent = serde_json::from_str(event).expect("an event");
        let (reason, recipients) = event.stops()?;
        Some((
            reason,
            recipients
                .into_iter()
                .map(|each| each.email_address)
                .collect(),
        ))
    }

    #[test]
    fn what_came_back_for_good_stops_mail_and_what_may_come_through_does_not() {
        let permanent = r#"{"eventType": "Bounce", "mail": {"messageId": "1"}, "bounce": {
            "bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-07-14T09:30:00.000Z",
            "bouncedRecipients": [{"emailAddress": "ana@example.org", "action": "failed"}]}}"#;
        let ana = vec!["ana@example.org".to_owned()];
        assert_eq!(stopped(permanent), Some((MailStopReason::Bounce, ana.clone())));
        assert_eq!(stopped(&permanent.replace("Permanent", "Transient")), None);
        let complaint = r#"{"eventType": "Complaint", "mail": {}, "complaint": {
            "complainedRecipients": [{"emailAddress": "ana@example.org"}],
            "complaintFeedbackType": "abuse"}}"#;
        assert_eq!(stopped(complaint), Some((MailStopReason::Complaint, ana)));
        assert_eq!(stopped(r#"{"eventType": "Delivery", "mail": {}, "delivery": {}}"#), None);
    }
}
