//! `send-mail`: sends the mail of a cause, once.
//!
//! A message comes before the thing that it is about, so that no death between the two loses a
//! mail: what is not there yet sends the message back, and after [`GRACE`] it will not come, and no
//! mail will ([`crate::search`] looks). The mail is claimed in the hot table before it is sent, and
//! its outcome noted after it, both under the name of its cause: however often the message comes,
//! whoever finds the outcome sends nothing. Dying between SES's answer and the note is the one
//! place where a mail is sent twice: SES takes no name by which it could tell the second. A token
//! is drawn for the mail that carries it, kept as its hash before the mail is sent, and nowhere
//! else.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{
        Moment,
        invitations::{Invitation, InvitationLink, InvitationTarget},
        mail::{MailOutcome, MailStopScope},
        sign_up_invitations::SignUpInvitation,
        token::{Token, TokenPurpose},
    },
    error::Error,
    http::Signer,
    queue::{QueueMessage, Worker},
    stores::{
        Accounts, Emails, Handover, Library, MailClaim, MailId, MailMessage, MailStops, MailTokens,
        Mailer, SentMails, Sessions, TokenProof,
    },
};

use crate::{
    letter::letter,
    occasion::{InvitationTold, Occasion, SignUpInvitationTold},
    search::{Found, Told},
};

/// Seconds in which what a mail is about must be there: longer than any function may take that
/// writes it.
const GRACE: i64 = 60;

/// The worker and what it needs.
pub struct SendMail {
    /// The accounts of those who are written to.
    pub accounts: Accounts,
    /// The addresses, and whose each is.
    pub emails: Emails,
    /// Their sessions.
    pub sessions: Sessions,
    /// The library, which has the invitations.
    pub library: Library,
    /// The mails that were sent.
    pub mails: SentMails,
    /// The tokens that mails carry.
    pub tokens: MailTokens,
    /// The addresses that get no more.
    pub stops: MailStops,
    /// Makes the sums by which these are kept.
    pub signer: Signer,
    /// The sender; `None` where the stack has no address to send from.
    pub mailer: Option<Mailer>,
    /// The origin that links lead to.
    pub origin: String,
}

#[async_trait]
impl Worker for SendMail {
    fn name(&self) -> &'static str {
        "send-mail"
    }

    async fn work(&self, message: QueueMessage<'_>) -> Result<()> {
        let asked: MailMessage = message.read()?;
        let kind = asked.cause.kind();
        match self.search(&asked).await? {
            Some(found) => self.deliver(&found, kind).await,
            None if asked.cause.is_about_a_write()
                && asked.asked_at.plus(GRACE) > Moment::now() =>
            {
                let why = format!("what a mail of the kind {kind} tells is not there yet");
                Err(Error::internal(why))
            }
            None => {
                tracing::info!(kind, "there is nothing to tell");
                Ok(())
            }
        }
    }
}

impl SendMail {
    /// Sends the mail, if nobody has, and notes the outcome.
    async fn deliver(&self, found: &Found, kind: &str) -> Result<()> {
        let mail = MailId { user: found.account.id, cause: &found.cause };
        match self.mails.claim(mail, kind, &found.noted_as()).await? {
            MailClaim::Settled => return Ok(()),
            MailClaim::Held => return Err(Error::internal("somebody else is sending this mail")),
            MailClaim::Taken => {}
        }
        match self.send(found, kind).await {
            Ok(outcome) => self.mails.settle(mail, outcome).await,
            Err(error) => {
                // What was not sent may be tried as soon as the message comes again.
                self.mails.release(mail).await?;
                Err(error)
            }
        }
    }

    async fn send(&self, found: &Found, kind: &str) -> Result<MailOutcome> {
        let Some(mailer) = &self.mailer else {
            tracing::warn!("a mail is not sent: MailFrom is not set");
            return Ok(MailOutcome::NotSetUp);
        };
        if self.is_stopped(found).await? {
            return Ok(MailOutcome::Stopped);
        }
        let occasion = self.occasion(found).await?;
        let letter = letter(&found.account, &occasion, &self.origin)?;
        match mailer.send(&found.to, kind, &letter).await? {
            Handover::Taken => Ok(MailOutcome::Sent),
            Handover::Refused => Ok(MailOutcome::Refused),
        }
    }

    async fn is_stopped(&self, found: &Found) -> Result<bool> {
        let sum = self.signer.mail_stop(&found.to);
        let mut stop = self.stops.find(&sum, MailStopScope::Everything).await?;
        let is_invitation = matches!(found.told, Told::Invitation(_) | Told::SignUpInvitation(_));
        if stop.is_none() && is_invitation {
            stop = self.stops.find(&sum, MailStopScope::Invitations).await?;
        }
        Ok(stop.is_some())
    }

    /// Returns what the mail tells, with a token where it carries one.
    async fn occasion(&self, found: &Found) -> Result<Occasion> {
        let occasion = match &found.told {
            Told::LogIn(session) => Occasion::LogIn(session.clone()),
            Told::Key(session) => Occasion::Key(session.clone()),
            Told::AddressChangeBegun(email) => Occasion::AddressChangeBegun(email.clone()),
            Told::AddressChanged => Occasion::AddressChanged,
            Told::Closing(at) => Occasion::Closing(*at),
            Told::ClosedByAdministrator(at) => Occasion::ClosedByAdministrator(*at),
            Told::FactorOn => Occasion::FactorOn,
            Told::FactorOff => Occasion::FactorOff,
            Told::RecoveryCode(left) => Occasion::RecoveryCode(*left),
            Told::SignOnLinked(issuer) => Occasion::SignOnLinked(issuer.clone()),
            Told::SignOnUnlinked(issuer) => Occasion::SignOnUnlinked(issuer.clone()),
            Told::Passkey(name, at) => Occasion::Passkey(name.clone(), *at),
            Told::PasskeyRemoved => Occasion::PasskeyRemoved,
            Told::Verification => {
                Occasion::Verification(self.token(found, TokenPurpose::Verification).await?)
            }
            Told::PendingAddress(state) => {
                let purpose = TokenPurpose::Verification;
                Occasion::PendingAddress(self.token_for(found, purpose, state.clone()).await?)
            }
            Told::PasswordReset => {
                Occasion::PasswordReset(self.token(found, TokenPurpose::PasswordReset).await?)
            }
            Told::Invitation(invitation) => self.told_invitation(found, invitation).await?,
            Told::SignUpInvitation(invitation) => {
                self.told_sign_up_invitation(found, invitation).await?
            }
            Told::Administration(told) => Occasion::Administration(told.clone()),
        };
        Ok(occasion)
    }

    async fn token(&self, found: &Found, purpose: TokenPurpose) -> Result<String> {
        self.token_for(found, purpose, found.account.state(purpose))
            .await
    }

    /// Draws a token that is good for this state alone.
    async fn token_for(
        &self,
        found: &Found,
        purpose: TokenPurpose,
        state: String,
    ) -> Result<String> {
        let token = Token::new();
        let proof = TokenProof { user: found.account.id, state };
        self.tokens.keep(&token, purpose, &proof).await?;
        Ok(token.reveal().to_owned())
    }

    async fn told_invitation(&self, found: &Found, invitation: &Invitation) -> Result<Occasion> {
        let target = InvitationTarget::Album;
        let link = InvitationLink { target, sending: invitation.sending, mailed: true };
        let token = self
            .token_for(found, TokenPurpose::Invitation, link.to_string())
            .await?;
        Ok(Occasion::Invitation(InvitationTold {
            inviter: found.account.name.clone(),
            title: invitation.title.clone(),
            role: invitation.role,
            expires_at: invitation.expires_at,
            token,
        }))
    }

    async fn told_sign_up_invitation(
        &self,
        found: &Found,
        invitation: &SignUpInvitation,
    ) -> Result<Occasion> {
        let target = InvitationTarget::SignUp;
        let link = InvitationLink { target, sending: invitation.sending, mailed: true };
        let token = self
            .token_for(found, TokenPurpose::Invitation, link.to_string())
            .await?;
        Ok(Occasion::SignUpInvitation(SignUpInvitationTold {
            inviter: found.account.name.clone(),
            expires_at: invitation.expires_at,
            token,
        }))
    }
}
