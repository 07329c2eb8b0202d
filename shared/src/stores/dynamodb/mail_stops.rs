//! Addresses that get no more mail: `MAILSTOP#sum` / `~`; or no more invitations: `MAILSTOP#sum` /
//! `invitations`.
//!
//! An address is kept as a keyed sum alone, because it stays when its account goes: what came back,
//! or was called unwanted, is not to be sent again because somebody signs up with it anew. One that
//! came back is tried again after 90 days; one whose owner complained is not.

use aws_sdk_dynamodb::Client;

use super::item::{HotItem, item, key, n, number, s, text};
use crate::{
    domain::{
        Moment,
        mail::{MailStop, MailStopReason, MailStopScope},
    },
    env::Env,
    error::{Error, Of, Result},
};

/// Seconds for which an address is left alone from which mail came back: 90 days.
const BOUNCED: i64 = 90 * 24 * 3600;

/// The addresses.
pub struct MailStops {
    client: Client,
    table: String,
}

fn pk(sum: &str) -> String {
    format!("MAILSTOP#{sum}")
}

fn sk(scope: MailStopScope) -> &'static str {
    match scope {
        MailStopScope::Everything => "~",
        MailStopScope::Invitations => "invitations",
    }
}

impl MailStops {
    /// The addresses in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Returns the stop of these mails to the address with this sum, if there is one.
    pub async fn find(&self, sum: &str, scope: MailStopScope) -> Result<Option<MailStop>> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .consistent_read(true)
            .set_key(Some(key(pk(sum), sk(scope))))
            .send()
            .await
            .of("hot")?;
        let Some(item) = found.item.filter(holds) else { return Ok(None) };
        stop(&item).map(Some)
    }

    /// Stops these mails to the address with this sum. Done twice, the later stands; a complaint
    /// stands before what came back.
    pub async fn add(&self, sum: &str, scope: MailStopScope, stop: MailStop) -> Result<()> {
        let attributes = [("reason", s(stop.reason.word())), ("at", n(stop.at.micros()))];
        let mut item = item(pk(sum), sk(scope), attributes);
        if stop.reason == MailStopReason::Bounce {
            item.insert("ttl".to_owned(), n(stop.at.plus(BOUNCED).epoch()));
        }
        let mut put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        if stop.reason == MailStopReason::Bounce {
            // A complaint is not forgotten because something came back later.
            put = put
                .condition_expression("attribute_not_exists(pk) OR #reason = :bounce")
                .expression_attribute_names("#reason", "reason")
                .expression_attribute_values(":bounce", s(stop.reason.word()));
        }
        match put.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }
}

fn holds(item: &HotItem) -> bool {
    number::<i64>(item, "ttl").is_ok_and(|ttl| ttl > Moment::now().epoch())
        || !item.contains_key("ttl")
}

fn stop(item: &HotItem) -> Result<MailStop> {
    let reason = match text(item, "reason")? {
        "bounce" => MailStopReason::Bounce,
        "complaint" => MailStopReason::Complaint,
        other => return Err(Error::internal(format!("mail stops for the unknown reason {other}"))),
    };
    Ok(MailStop { reason, at: Moment::from_micros(number(item, "at")?) })
}
