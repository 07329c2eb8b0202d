//! SES: takes mails over the protocol of SES v2 and keeps them, and sends none.
//!
//! Mails to SES's mailbox simulator come back, or are complained about, by a message in the queue
//! of its events, as SES would send it.
//! <https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html> lists these
//! addresses.

mod events;
mod mailbox;
mod pages;
mod protocol;

use std::{path::Path, sync::Arc};

use axum::Router;

use crate::sqs::SqsServer;
use mailbox::Mailbox;
pub use mailbox::{Error, KeptMail};

/// The mails of one folder. Clones share them.
#[derive(Clone)]
pub struct MailServer {
    mailbox: Arc<Mailbox>,
    queues: SqsServer,
    /// The queue of events; there may be none.
    event_queue: Option<String>,
}

impl MailServer {
    /// Opens the mails in `folder`, or creates it. Events go to `event_queue`.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn open(
        folder: &Path,
        queues: SqsServer,
        event_queue: Option<String>,
    ) -> Result<Self, Error> {
        Ok(Self { mailbox: Arc::new(Mailbox::open(folder)?), queues, event_queue })
    }

    /// Returns the API of SES: `POST /v2/email/outbound-emails`.
    pub fn router(&self) -> Router {
        protocol::router(self.clone())
    }

    /// Returns the pages that show mails, and their JSON: `/mail` and below.
    pub fn pages(&self) -> Router {
        pages::router(self.clone())
    }
}
