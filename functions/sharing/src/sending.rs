//! An invitation on its way to its invitee: by mail, or by a link that its owner passes on.
//!
//! The order makes a death anywhere harmless: the item that leads from the address to the album, and
//! the mail or the token, come before the row, and mean nothing without it. Repeated, the request
//! has the same sending and the same token.

use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{
        Email, Moment, SendingId, UserId, example,
        invitations::{
            INVITATION_DAYS, Invitation, InvitationLink, InvitationTarget, InvitationView,
        },
        mail::MailCause,
    },
    error::Error,
    http::{Call, Policy, Reply},
    stores::{Accounts, Invited, MailQueue, MailTokens, library::NewInvitation},
};

/// Seconds that an item outlasts its invitation.
const MARGIN: i64 = 24 * 3600;

/// An invitation that has just been sent.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SentInvitation")]
pub(crate) struct SentView {
    #[serde(flatten)]
    invitation: InvitationView,
    /// The secret of its link, shown once, where the service sends no mail: whoever invites passes
    /// the link on. `null` when it goes by mail, and when a later sending is the one that counts.
    token: Option<String>,
}

/// The stores that sending takes.
pub struct Sending {
    /// Accounts, for whether who invites may send mail.
    pub accounts: Accounts,
    /// The albums that addresses have been invited into.
    pub invited: Invited,
    /// The tokens of links.
    pub tokens: MailTokens,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// True if the stack sends mail.
    pub sends_mail: bool,
}

impl Sending {
    /// Does all of it that comes before the row. Returns the token, if it is not for a mail.
    ///
    /// # Errors
    /// [`Error::AddressNotVerified`]; [`Error::TooMany`], by who invites and by who is invited.
    pub(crate) async fn prepare(
        &self,
        call: &Call<'_>,
        new: &NewInvitation<'_>,
    ) -> Result<Option<String>> {
        self.check_inviter(new.caller).await?;
        call.limit(Policy::Invitations, &new.caller.to_string())
            .await?;
        call.limit(Policy::Invited, new.invitee).await?;
        let until = Moment::now().plus(INVITATION_DAYS * 24 * 3600 + MARGIN);
        self.invited
            .note(new.invitee, new.album, new.sending, until)
            .await?;
        if self.sends_mail {
            let cause = MailCause::Invitation { sending: new.sending };
            self.mail_queue.announce(cause).await?;
            return Ok(None);
        }
        self.hand(call, new.caller, new.sending).await.map(Some)
    }

    /// Holds that whoever has us send mail to others has an address that a mail has reached: an
    /// account that anybody makes with any address is not enough.
    async fn check_inviter(&self, user: UserId) -> Result<()> {
        if !self.sends_mail {
            return Ok(());
        }
        let account = self.accounts.find(user).await?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        let is_verified = account.email_verified_at.is_some();
        if is_verified { Ok(()) } else { Err(Error::AddressNotVerified) }
    }

    /// Keeps a token that the caller hands on. It does not show whose the address is.
    async fn hand(&self, call: &Call<'_>, user: UserId, sending: SendingId) -> Result<String> {
        let token = call.secret("invitation")?;
        let link = InvitationLink { target: InvitationTarget::Album, sending, mailed: false };
        self.tokens.hand(&token, user, link).await?;
        Ok(token.reveal().to_owned())
    }
}

/// The sum by which the account of this address is told.
///
/// # Errors
/// When the function has no signing key.
pub(crate) fn invitee_sum(call: &Call<'_>, email: &Email) -> Result<String> {
    Ok(call.signer()?.invitee(email))
}

/// The invitation that was sent, to its owner. A sending that comes after a later one changes
/// nothing, and its token leads nowhere: the answer has none.
pub(crate) fn answer(
    status: StatusCode,
    sending: SendingId,
    sent: Invitation,
    token: Option<String>,
) -> Reply {
    let token = token.filter(|_| sent.sending == sending);
    let invitation = InvitationView::of(sent, Moment::now());
    Reply::json(status, &SentView { invitation, token }).uncached()
}

/// An invitation for the documentation.
pub(crate) fn example_invitation() -> Value {
    json!({
        "id": "invitation_01kayzf3n8f5g9m0e7q4v2x8cz", "album": example::ALBUM,
        "email": "ben@example.org", "role": "editor", "state": "open",
        "created_at": example::MOMENT, "sent_at": example::MOMENT,
        "expires_at": "2026-08-13T09:30:00.000000Z",
    })
}

/// The same as it is when it has been sent.
pub(crate) fn example_sent() -> Value {
    example::with(example_invitation(), &json!({"token": null}))
}
