//! Events of mails to SES's mailbox simulator, as its topic sends them on without an envelope.
//!
//! <https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html>

use serde_json::{Value, json};

use super::{KeptMail, MailServer};
use crate::console;

/// The domain of the mailbox simulator.
const SIMULATOR: &str = "@simulator.amazonses.com";

/// Tells the queue what became of a mail, if it went to the simulator.
pub(super) async fn tell(server: &MailServer, mail: &KeptMail) {
    let Some(queue) = &server.event_queue else { return };
    for address in &mail.to {
        let Some(event) = event(mail, address) else { continue };
        if let Err(error) = server.queues.send(queue, &event.to_string()).await {
            console::problem(&format!("an event of a mail was not told to {queue}: {error}"));
        }
    }
}

/// Returns the event of a mail to this address. What stands behind a `+` is the sender's own.
fn event(mail: &KeptMail, address: &str) -> Option<Value> {
    let local = address.to_ascii_lowercase();
    let local = local.strip_suffix(SIMULATOR)?;
    let name = local.split('+').next().unwrap_or_default();
    let mut tags = serde_json::Map::new();
    for (name, value) in &mail.tags {
        tags.insert(name.clone(), json!([value]));
    }
    let about = json!({
        "timestamp": mail.sent_at,
        "messageId": mail.id,
        "source": mail.from,
        "destination": mail.to,
        "tags": tags,
    });
    match name {
        "bounce" | "suppressionlist" => Some(json!({
            "eventType": "Bounce",
            "mail": about,
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": address, "action": "failed"}],
                "timestamp": mail.sent_at,
            },
        })),
        "complaint" => Some(json!({
            "eventType": "Complaint",
            "mail": about,
            "complaint": {
                "complainedRecipients": [{"emailAddress": address}],
                "complaintFeedbackType": "abuse",
                "timestamp": mail.sent_at,
            },
        })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_the_tags_of_its_mail() {
        let mut mail = KeptMail::taken_now();
        mail.tags.push(("kind".to_owned(), "key".to_owned()));
        let event = event(&mail, "complaint@simulator.amazonses.com").unwrap();
        assert_eq!(event["mail"]["tags"], json!({"kind": ["key"]}));
    }

    #[test]
    fn mails_to_the_simulator_come_back_and_others_do_not() {
        let mail = KeptMail::taken_now();
        let kind = |address| Some(event(&mail, address)?["eventType"].as_str()?.to_owned());
        assert_eq!(kind("bounce@simulator.amazonses.com").as_deref(), Some("Bounce"));
        assert_eq!(kind("Complaint+ana@simulator.amazonses.com").as_deref(), Some("Complaint"));
        assert_eq!(kind("success@simulator.amazonses.com"), None);
        assert_eq!(kind("bounce@example.org"), None);
    }
}
