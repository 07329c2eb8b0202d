//! Looks at what a mail is about, as it is now.

use shared::{
    Result,
    domain::{
        Email, Moment, PasskeyId, SendingId, SessionId, UserId, invitations::Invitation,
        mail::MailCause, sign_up_invitations::SignUpInvitation,
    },
    error::Error,
    stores::{Account, MailMessage, Session},
};

use crate::{SendMail, occasion::AdministrationTold};

/// Seconds of which one mail is enough: whoever asks for the same mail again within them has it, or
/// will have it in a moment. So nobody fills a mailbox by asking.
const WINDOW: i64 = 300;

/// Seconds after which a mail that somebody asked for is of no use to them.
const STALE: i64 = 3600;

/// The thing that a mail is about.
pub(crate) struct Found {
    /// The account.
    pub account: Account,
    /// The address that it goes to.
    pub to: Email,
    /// The name of the cause: one mail for each.
    pub cause: String,
    /// The subject.
    pub told: Told,
}

impl Found {
    /// Returns what is noted as the mail's address. That of somebody who is invited is not the
    /// sender's to keep for a year: the invitation is named instead.
    pub fn noted_as(&self) -> String {
        match &self.told {
            Told::Invitation(invitation) => invitation.id.to_string(),
            Told::SignUpInvitation(invitation) => invitation.id.to_string(),
            _ => self.to.as_str().to_owned(),
        }
    }
}

/// The subject of a mail, before it has a token.
pub(crate) enum Told {
    LogIn(Session),
    Key(Session),
    Verification,
    PasswordReset,
    /// The state that its token is made for.
    PendingAddress(String),
    /// The address that is asked for.
    AddressChangeBegun(String),
    AddressChanged,
    Closing(Moment),
    ClosedByAdministrator(Moment),
    FactorOn,
    FactorOff,
    RecoveryCode(i64),
    SignOnLinked(String),
    SignOnUnlinked(String),
    /// Its name, and the moment at which it was added.
    Passkey(String, Moment),
    PasskeyRemoved,
    Invitation(Invitation),
    SignUpInvitation(SignUpInvitation),
    Administration(AdministrationTold),
}

impl SendMail {
    /// Looks at what the mail is about; `None` when there is nothing to tell.
    pub(crate) async fn search(&self, asked: &MailMessage) -> Result<Option<Found>> {
        match &asked.cause {
            MailCause::LogIn { user, session } => self.session(*user, *session, Told::LogIn).await,
            MailCause::Key { user, session } => self.session(*user, *session, Told::Key).await,
            MailCause::Verification { user } => self.verification(*user, asked.asked_at).await,
            MailCause::PasswordReset { email } => self.password_reset(email, asked.asked_at).await,
            MailCause::PendingAddress { user, email } => {
                self.pending_address(*user, email, asked.asked_at).await
            }
            MailCause::AddressChangeBegun { user, since } => {
                self.address_change_begun(*user, *since).await
            }
            MailCause::AddressChanged { user, old, version } => {
                self.address_changed(*user, old, *version).await
            }
            MailCause::Closing { user } => self.closing(*user, Told::Closing).await,
            MailCause::ClosedByAdministrator { user } => {
                self.closing(*user, Told::ClosedByAdministrator).await
            }
            MailCause::FactorOn { user, begun_at } => self.factor_on(*user, *begun_at).await,
            MailCause::FactorOff { user, begun_at } => self.factor_off(*user, *begun_at).await,
            MailCause::RecoveryCode { user, request } => self.recovery_code(*user, request).await,
            MailCause::SignOnLinked { user, issuer } => self.sign_on_linked(*user, issuer).await,
            MailCause::SignOnUnlinked { user, issuer, linked_at } => {
                self.sign_on_unlinked(*user, issuer, *linked_at).await
            }
            MailCause::Passkey { user, passkey } => self.passkey(*user, *passkey).await,
            MailCause::PasskeyRemoved { user, passkey } => {
                self.passkey_removed(*user, *passkey).await
            }
            MailCause::Invitation { sending } => self.invitation(*sending).await,
            MailCause::SignUpInvitation { sending } => self.sign_up_invitation(*sending).await,
            MailCause::Administration { user, by, to, given, version } => {
                self.administration((*user, *version), *by, *to, *given)
                    .await
            }
        }
    }

    /// Returns the account, unless its deletion is due: nothing new may come to that.
    async fn account(&self, user: UserId) -> Result<Option<Account>> {
        let now = Moment::now();
        let account = self.accounts.find(user).await?;
        Ok(account.filter(|account| account.deletes_at.is_none_or(|at| at > now)))
    }

    async fn session(
        &self,
        user: UserId,
        session: SessionId,
        told: impl FnOnce(Session) -> Told,
    ) -> Result<Option<Found>> {
        let Some(session) = self.sessions.of(user, session).await? else { return Ok(None) };
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let cause = session.id.to_string();
        found(account, cause, told(session)).map(Some)
    }

    async fn verification(&self, user: UserId, asked_at: Moment) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        if account.email_verified_at.is_some() || is_stale(asked_at) {
            return Ok(None);
        }
        let cause = format!("verification-{}-{}", window(asked_at), account.email);
        found(account, cause, Told::Verification).map(Some)
    }

    async fn password_reset(&self, email: &Email, asked_at: Moment) -> Result<Option<Found>> {
        let Some(user) = self.emails.find(email).await? else { return Ok(None) };
        let Some(account) = self.account(user).await? else { return Ok(None) };
        // An address that its user has given up resets nothing, and a closed account opens with its
        // old password alone.
        if !email.is(&account.email) || account.deletes_at.is_some() || is_stale(asked_at) {
            return Ok(None);
        }
        let cause = format!("password-reset-{}", window(asked_at));
        found(account, cause, Told::PasswordReset).map(Some)
    }

    async fn pending_address(
        &self,
        user: UserId,
        email: &Email,
        asked_at: Moment,
    ) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let pending = account.pending().filter(|pending| pending.email == *email);
        let Some(pending) = pending.filter(|_| !is_stale(asked_at)) else { return Ok(None) };
        let state = pending.state(&account);
        // With another password the former mail's link opens nothing.
        let cause = format!("pending-address-{}-{state}", window(asked_at));
        let told = Told::PendingAddress(state);
        Ok(Some(Found { account, to: email.clone(), cause, told }))
    }

    async fn address_change_begun(&self, user: UserId, since: Moment) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let pending = account.pending().filter(|pending| pending.since == since);
        let Some(pending) = pending else { return Ok(None) };
        let told = Told::AddressChangeBegun(pending.email.as_str().to_owned());
        let cause = format!("address-change-begun-{}", since.micros());
        found(account, cause, told).map(Some)
    }

    async fn address_changed(
        &self,
        user: UserId,
        old: &Email,
        version: u32,
    ) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        if account.version <= version || old.is(&account.email) {
            return Ok(None);
        }
        let cause = format!("address-{version}");
        Ok(Some(Found { account, to: old.clone(), cause, told: Told::AddressChanged }))
    }

    async fn closing(
        &self,
        user: UserId,
        told: impl FnOnce(Moment) -> Told,
    ) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let Some(at) = account.deletes_at else { return Ok(None) };
        let cause = format!("closing-{}", at.micros());
        found(account, cause, told(at)).map(Some)
    }

    async fn factor_on(&self, user: UserId, begun_at: Moment) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let factor = self.accounts.second_factor(user).await?;
        let is_on = factor.is_some_and(|factor| factor.is_on() && factor.begun_at == begun_at);
        if !is_on {
            return Ok(None);
        }
        let cause = format!("factor-on-{}", begun_at.micros());
        found(account, cause, Told::FactorOn).map(Some)
    }

    async fn factor_off(&self, user: UserId, begun_at: Moment) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let factor = self.accounts.second_factor(user).await?;
        if factor.is_some_and(|factor| factor.begun_at == begun_at) {
            return Ok(None);
        }
        let cause = format!("factor-off-{}", begun_at.micros());
        found(account, cause, Told::FactorOff).map(Some)
    }

    async fn recovery_code(&self, user: UserId, request: &str) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        if !self.accounts.recovery_code_was_used(user, request).await? {
            return Ok(None);
        }
        let factor = self.accounts.second_factor(user).await?;
        let left = factor.map_or(0, |factor| factor.codes_left);
        let cause = format!("recovery-code-{request}");
        found(account, cause, Told::RecoveryCode(left)).map(Some)
    }

    async fn sign_on_linked(&self, user: UserId, issuer: &str) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let Some(identity) = self.accounts.identity(user, issuer).await? else { return Ok(None) };
        let cause = format!("sign-on-linked-{}", identity.linked_at.micros());
        found(account, cause, Told::SignOnLinked(identity.issuer)).map(Some)
    }

    async fn sign_on_unlinked(
        &self,
        user: UserId,
        issuer: &str,
        linked_at: Moment,
    ) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let identity = self.accounts.identity(user, issuer).await?;
        if identity.is_some_and(|identity| identity.linked_at == linked_at) {
            return Ok(None);
        }
        let cause = format!("sign-on-unlinked-{}", linked_at.micros());
        found(account, cause, Told::SignOnUnlinked(issuer.to_owned())).map(Some)
    }

    async fn passkey(&self, user: UserId, passkey: PasskeyId) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        let Some(passkey) = self.accounts.passkey(user, passkey).await? else { return Ok(None) };
        let cause = format!("new-{}", passkey.id);
        found(account, cause, Told::Passkey(passkey.name, passkey.created_at)).map(Some)
    }

    async fn passkey_removed(&self, user: UserId, passkey: PasskeyId) -> Result<Option<Found>> {
        let Some(account) = self.account(user).await? else { return Ok(None) };
        if self.accounts.passkey(user, passkey).await?.is_some() {
            return Ok(None);
        }
        found(account, format!("removed-{passkey}"), Told::PasskeyRemoved).map(Some)
    }

    /// The account is that of who invites: the mail is in their language, and theirs to answer for.
    async fn invitation(&self, sending: SendingId) -> Result<Option<Found>> {
        let found = self.library.invitation_of_sending(sending).await?;
        let now = Moment::now();
        let open = found.filter(|invitation| invitation.is_open(now));
        let Some(invitation) = open else { return Ok(None) };
        let account = self.account(invitation.owner).await?;
        let Some(account) = account.filter(|account| account.deletes_at.is_none()) else {
            return Ok(None);
        };
        let to = Email::try_from(invitation.address.clone()).map_err(Error::internal)?;
        let cause = format!("invitation-{sending}");
        Ok(Some(Found { account, to, cause, told: Told::Invitation(invitation) }))
    }

    /// The account is that of who invites, as of an invitation into an album.
    async fn sign_up_invitation(&self, sending: SendingId) -> Result<Option<Found>> {
        let found = self.accounts.sign_up_invitation_of_sending(sending).await?;
        let now = Moment::now();
        let open = found.filter(|invitation| invitation.is_open(now));
        let Some(invitation) = open else { return Ok(None) };
        let Some(account) = self.account(invitation.inviter).await? else { return Ok(None) };
        let to = Email::try_from(invitation.address.clone()).map_err(Error::internal)?;
        let cause = format!("sign-up-invitation-{sending}");
        Ok(Some(Found { account, to, cause, told: Told::SignUpInvitation(invitation) }))
    }

    /// The account is that of who is told: who administers accounts since this version of theirs,
    /// or no more, or who has done it.
    async fn administration(
        &self,
        (user, version): (UserId, u32),
        by: UserId,
        to: UserId,
        given: bool,
    ) -> Result<Option<Found>> {
        let Some(user) = self.account(user).await? else { return Ok(None) };
        let Some(by) = self.account(by).await? else { return Ok(None) };
        if user.version <= version || user.administrator_since.is_some() != given {
            return Ok(None);
        }
        let cause = format!("administration-{}-{version}", user.id);
        let by_reader = to == by.id;
        let (reader, other) = if by_reader {
            let other = format!("{} ({})", user.name, user.email);
            (by, other)
        } else {
            (user, by.name)
        };
        let told = AdministrationTold { given, by_reader, other };
        found(reader, cause, Told::Administration(told)).map(Some)
    }
}

/// Returns what a mail to the account's own address is about.
fn found(account: Account, cause: String, told: Told) -> Result<Found> {
    let to = Email::try_from(account.email.clone()).map_err(Error::internal)?;
    Ok(Found { account, to, cause, told })
}

/// Returns the number of the window that a moment is in.
fn window(moment: Moment) -> i64 {
    moment.epoch() / WINDOW
}

fn is_stale(asked_at: Moment) -> bool {
    asked_at.plus(STALE) < Moment::now()
}
