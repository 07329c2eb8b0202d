//! Another address for an account: at once, or once a mail to it has been answered.
//!
//! An address counts only once its user has shown that it is theirs, where the stack sends mail, so
//! nobody loses an account to a slip of the pen. Whoever has learnt the password can answer from a
//! mailbox of their own; the old address is told. Where the stack sends none, nobody could show it.

use schemars::JsonSchema;
use serde::Serialize;
use shared::{
    Result,
    domain::{Email, Moment, UserId, mail::MailCause},
    error::Error,
    http::{Call, Policy},
    stores::{Account, AccountChange, MailQueue, PendingAddress, PendingChange},
};

/// An address that is to be the account's.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PendingEmail")]
pub(crate) struct PendingView {
    /// The address.
    email: String,
    /// The moment until which the link of its mail makes it the account's.
    expires_at: Moment,
}

impl PendingView {
    /// Returns what is shown of the account's pending address; `None` if it has none.
    pub fn of(account: &Account) -> Option<Self> {
        let pending = account.pending()?;
        let expires_at = pending.expires_at();
        Some(Self { email: pending.email.as_str().to_owned(), expires_at })
    }
}

/// The wish for an address, held against the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressWish<'a> {
    /// The account has it, and is to keep it: another one is wanted no more.
    Keep,
    /// The account's own, written in another way. It stays verified.
    Rewrite(&'a Email),
    /// Another one.
    Another(&'a Email),
}

impl<'a> AddressWish<'a> {
    /// Returns what this address is to the account.
    pub fn of(email: &'a Email, account: &Account) -> Self {
        if email.as_str() == account.email {
            Self::Keep
        } else if email.is(&account.email) {
            Self::Rewrite(email)
        } else {
            Self::Another(email)
        }
    }

    /// Puts it into the change.
    pub fn put(self, change: &mut AccountChange, account: &Account, sends_mail: bool) {
        match self {
            Self::Keep => change.pending = PendingChange::End,
            Self::Another(email) if sends_mail => {
                let pending = PendingAddress { email: email.clone(), since: Moment::now() };
                change.pending = PendingChange::Begin(pending);
            }
            Self::Another(email) => change.email = Some(email.clone()),
            Self::Rewrite(email) => {
                change.email = Some(email.clone());
                change.verified = account.email_verified_at.is_some();
            }
        }
    }
}

/// Counts a mail to an address that may be a stranger's, as an invitation is counted: by who has it
/// sent, and by whose address it is.
///
/// # Errors
/// [`Error::TooMany`].
pub(crate) async fn limit(call: &Call<'_>, user: UserId, email: &Email) -> Result<()> {
    call.limit(Policy::Invitations, &user.to_string()).await?;
    call.limit(Policy::Invited, &call.signer()?.invitee(email))
        .await
}

/// Asks for the mails that tell of another address, and of one that is to be.
pub(crate) async fn announce(
    mail_queue: &MailQueue,
    account: &Account,
    change: &AccountChange,
) -> Result<()> {
    let user = account.id;
    if let PendingChange::Begin(pending) = &change.pending {
        let since = pending.since;
        mail_queue
            .announce(MailCause::AddressChangeBegun { user, since })
            .await?;
        let email = pending.email.clone();
        return mail_queue
            .announce(MailCause::PendingAddress { user, email })
            .await;
    }
    let Some(email) = &change.email else { return Ok(()) };
    if email.is(&account.email) {
        return Ok(());
    }
    announce_changed(mail_queue, account).await?;
    mail_queue.announce(MailCause::Verification { user }).await
}

/// Asks for the mail that tells the account's address that there is another one now.
pub(crate) async fn announce_changed(mail_queue: &MailQueue, account: &Account) -> Result<()> {
    let old = Email::try_from(account.email.clone()).map_err(Error::internal)?;
    let (user, version) = (account.id, account.version);
    mail_queue
        .announce(MailCause::AddressChanged { user, old, version })
        .await
}
