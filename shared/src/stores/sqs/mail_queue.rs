//! The queue of mails that are to be sent.

use serde::{Deserialize, Serialize};

use super::{message::VersionedMessage, sender::Sender};
use crate::{
    domain::{Moment, mail::MailCause},
    env::Env,
    error::Result,
};

/// Seconds after which a mail is looked at: by then what it is about is there, nearly always.
const DELAY: i32 = 2;

/// Asks for a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailMessage {
    /// The moment at which it was asked for.
    pub asked_at: Moment,
    /// Its cause.
    #[serde(flatten)]
    pub cause: MailCause,
}

impl VersionedMessage for MailMessage {
    const QUEUE: &'static str = "mail queue";
    const URL_VARIABLE: &'static str = "MAIL_QUEUE_URL";
    const VERSION: u32 = 1;
}

/// The mail queue.
pub struct MailQueue(Sender<MailMessage>);

impl MailQueue {
    /// Returns the queue `MAIL_QUEUE_URL`.
    pub fn connect(env: &Env) -> Result<Self> {
        Sender::connect(env).map(Self)
    }

    /// Asks for the mail of this cause. Asked before the thing that it is about is written, so that
    /// no death in between loses it: without that thing there will be no mail. Asked twice, there
    /// is one.
    pub async fn announce(&self, cause: MailCause) -> Result<()> {
        let message = MailMessage { asked_at: Moment::now(), cause };
        self.0.send(&message, DELAY).await
    }
}
