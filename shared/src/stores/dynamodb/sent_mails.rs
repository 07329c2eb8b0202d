//! Mails that were sent to users, or were to be: `MAILS#user` / `cause`, for a year.
//!
//! The item is put before the mail is sent, by whoever sends it: of two at the same mail one finds
//! the other's claim, which holds for some minutes. The outcome is noted after it. Dying between
//! the two has the mail sent once more, when the claim has run out: SES takes no name of a mail
//! that it could tell the second one by.

use aws_sdk_dynamodb::{
    Client,
    operation::{
        query::builders::QueryFluentBuilder, update_item::builders::UpdateItemFluentBuilder,
    },
    types::ReturnValuesOnConditionCheckFailure,
};

use super::{
    item::{HotItem, item, key, n, number, s, text},
    mail_tokens::{HANDED, MAILED},
};
use crate::{
    domain::{
        Moment, UserId,
        mail::{MailOutcome, MailRecord},
    },
    env::Env,
    error::{Of, Result},
};

/// Seconds for which one who sends a mail has it alone; longer than the worker's time-out.
const CLAIM: i64 = 120;
/// Seconds for which it is remembered that a mail was sent: a year.
const KEPT: i64 = 365 * 24 * 3600;

/// The answer to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailClaim {
    /// The mail is the claimer's to send.
    Taken,
    /// Somebody else is at it, or was.
    Held,
    /// Its outcome is noted.
    Settled,
}

/// A mail to a user.
#[derive(Clone, Copy, Debug)]
pub struct MailId<'a> {
    /// The user.
    pub user: UserId,
    /// The cause: one mail for each.
    pub cause: &'a str,
}

/// Returns the key under which all mails to a user stand, and what leads to the tokens in them.
pub(super) fn mails_of(user: UserId) -> String {
    format!("MAILS#{user}")
}

/// The mails.
pub struct SentMails {
    client: Client,
    table: String,
}

impl SentMails {
    /// The mails in `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self { client: Client::new(env.sdk()), table: env.get("HOT_TABLE")? })
    }

    /// Claims the mail, which is of this kind and goes to this address.
    pub async fn claim(&self, mail: MailId<'_>, kind: &str, to: &str) -> Result<MailClaim> {
        let now = Moment::now();
        let attributes = [
            ("mail", s(kind)),
            ("address", s(to)),
            ("at", n(now.micros())),
            ("held", n(now.plus(CLAIM).micros())),
            ("ttl", n(now.plus(KEPT).epoch())),
        ];
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item(mails_of(mail.user), mail.cause, attributes)))
            .condition_expression(
                "attribute_not_exists(pk) OR (attribute_not_exists(outcome) AND held < :now)",
            )
            .expression_attribute_values(":now", n(now.micros()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match put.send().await.map_err(aws_sdk_dynamodb::Error::from) {
            Ok(_) => Ok(MailClaim::Taken),
            Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(there)) => {
                let settled = there
                    .item()
                    .is_some_and(|item| item.contains_key("outcome"));
                Ok(if settled { MailClaim::Settled } else { MailClaim::Held })
            }
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Notes the mail's outcome, unless its user has been deleted meanwhile.
    pub async fn settle(&self, mail: MailId<'_>, outcome: MailOutcome) -> Result<()> {
        let update = self
            .update(mail)
            .update_expression("SET outcome = :outcome, #at = :now")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":outcome", s(outcome.word()))
            .expression_attribute_values(":now", n(Moment::now().micros()));
        if_there(update).await
    }

    /// Gives a claim back, so that the next to come may send the mail at once.
    pub async fn release(&self, mail: MailId<'_>) -> Result<()> {
        let update = self
            .update(mail)
            .update_expression("SET held = :never")
            .expression_attribute_values(":never", n(0));
        if_there(update).await
    }

    fn update(&self, mail: MailId<'_>) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key(mails_of(mail.user), mail.cause)))
            .condition_expression("attribute_exists(pk)")
    }

    /// All mails to this user, by cause.
    pub async fn of_user(&self, user: UserId) -> Result<Vec<MailRecord>> {
        let mut records = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .query(user)
                .set_exclusive_start_key(start)
                .send()
                .await
                .of("hot")?;
            for item in page.items.unwrap_or_default() {
                if !is_token(text(&item, "sk")?) {
                    records.push(record(&item)?);
                }
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(records);
            }
        }
    }

    /// Forgets all mails to this user, and the tokens that they carried or the user has handed on.
    pub async fn forget(&self, user: UserId) -> Result<()> {
        loop {
            let page = self.query(user).limit(100).send().await.of("hot")?;
            let items = page.items.unwrap_or_default();
            if items.is_empty() {
                return Ok(());
            }
            for item in items {
                let sk = text(&item, "sk")?;
                if is_token(sk) {
                    self.delete(key(sk.to_owned(), "~")).await?;
                }
                self.delete(key(mails_of(user), sk)).await?;
            }
        }
    }

    async fn delete(&self, key: HotItem) -> Result<()> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key))
            .send()
            .await
            .of("hot")
            .map(drop)
    }

    fn query(&self, user: UserId) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", s(mails_of(user)))
    }
}

/// Returns true for what leads to a token.
fn is_token(sk: &str) -> bool {
    sk.starts_with(MAILED) || sk.starts_with(HANDED)
}

async fn if_there(update: UpdateItemFluentBuilder) -> Result<()> {
    match update.send().await.map_err(aws_sdk_dynamodb::Error::from) {
        Ok(_) | Err(aws_sdk_dynamodb::Error::ConditionalCheckFailedException(_)) => Ok(()),
        Err(error) => Err(error).of("hot"),
    }
}

fn record(item: &HotItem) -> Result<MailRecord> {
    let outcome =
        if item.contains_key("outcome") { Some(text(item, "outcome")?.to_owned()) } else { None };
    Ok(MailRecord {
        kind: text(item, "mail")?.to_owned(),
        to: text(item, "address")?.to_owned(),
        outcome,
        at: Moment::from_micros(number(item, "at")?),
    })
}
