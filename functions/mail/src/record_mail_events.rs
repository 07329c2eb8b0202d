//! `record-mail-events`: stops mail to addresses from which it came back, or whose owners complain:
//! of an invitation, invitations alone, because others have had us send it.
//!
//! SES tells a topic, which tells the queue. One put for each address does it; done twice, it is
//! the same. An event that names no address of ours to stop is left alone.

use std::collections::HashMap;

use async_trait::async_trait;
use serde::Deserialize;
use shared::{
    Result,
    domain::{
        Email, Moment,
        mail::{MailCause, MailStop, MailStopReason, MailStopScope},
    },
    error::Error,
    http::Signer,
    queue::{QueueMessage, Worker},
    stores::{KIND_TAG, MailStops},
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
        #[serde(default)]
        mail: Mail,
        complaint: Complaint,
    },
    #[serde(other)]
    Other,
}

/// The mail that an event is about.
#[derive(Default, Deserialize)]
struct Mail {
    /// Its tags: values by name.
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

impl Mail {
    /// Returns true for an invitation; a mail of before has no kind.
    fn is_invitation(&self) -> bool {
        let kinds = self.tags.get(KIND_TAG);
        let invitations = [MailCause::INVITATION, MailCause::SIGN_UP_INVITATION];
        kinds.is_some_and(|kinds| {
            kinds
                .iter()
                .any(|kind| invitations.contains(&kind.as_str()))
        })
    }
}

/// The end of mails to some addresses.
struct Ending {
    reason: MailStopReason,
    scope: MailStopScope,
    recipients: Vec<Recipient>,
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
    /// Returns what ends with it.
    fn ending(self) -> Option<Ending> {
        match self {
            // A mailbox that is full, or a server that is down, may take the next mail.
            Self::Bounce { bounce } if bounce.bounce_type == "Permanent" => Some(Ending {
                reason: MailStopReason::Bounce,
                scope: MailStopScope::Everything,
                recipients: bounce.bounced_recipients,
            }),
            Self::Complaint { mail, complaint } => Some(Ending {
                reason: MailStopReason::Complaint,
                scope: if mail.is_invitation() {
                    MailStopScope::Invitations
                } else {
                    MailStopScope::Everything
                },
                recipients: complaint.complained_recipients,
            }),
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
        let Some(ending) = event.ending() else { return Ok(()) };
        let Ending { reason, scope, recipients } = ending;
        for recipient in recipients {
            match Email::try_from(recipient.email_address) {
                Ok(email) => {
                    let stop = MailStop { reason, at: Moment::now() };
                    let sum = self.signer.mail_stop(&email);
                    self.stops.add(&sum, scope, stop).await?;
                    tracing::warn!(reason = reason.word(), ?scope, "an address gets no more mail");
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

    const ALL: MailStopScope = MailStopScope::Everything;

    fn stopped(event: &str) -> Option<(MailStopReason, MailStopScope, Vec<String>)> {
        let event: MailEvent = serde_json::from_str(event).expect("an event");
        let Ending { reason, scope, recipients } = event.ending()?;
        let addresses = recipients.into_iter().map(|each| each.email_address);
        Some((reason, scope, addresses.collect()))
    }

    #[test]
    fn what_came_back_for_good_stops_mail_and_what_may_come_through_does_not() {
        let permanent = r#"{"eventType": "Bounce", "mail": {"messageId": "1"}, "bounce": {
            "bounceType": "Permanent", "bounceSubType": "General", "timestamp": "2026-07-14T09:30:00.000Z",
            "bouncedRecipients": [{"emailAddress": "ana@example.org", "action": "failed"}]}}"#;
        let ana = vec!["ana@example.org".to_owned()];
        assert_eq!(stopped(permanent), Some((MailStopReason::Bounce, ALL, ana.clone())));
        assert_eq!(stopped(&permanent.replace("Permanent", "Transient")), None);
        let complaint = r#"{"eventType": "Complaint", "mail": {}, "complaint": {
            "complainedRecipients": [{"emailAddress": "ana@example.org"}],
            "complaintFeedbackType": "abuse"}}"#;
        let complained = |scope| Some((MailStopReason::Complaint, scope, ana.clone()));
        assert_eq!(stopped(complaint), complained(ALL));
        for (kind, scope) in [("log-in", ALL), ("invitation", MailStopScope::Invitations)] {
            let tags = format!(r#""mail": {{"tags": {{"kind": ["{kind}"]}}}}"#);
            assert_eq!(stopped(&complaint.replace(r#""mail": {}"#, &tags)), complained(scope));
        }
        assert_eq!(stopped(r#"{"eventType": "Delivery", "mail": {}, "delivery": {}}"#), None);
    }
}
