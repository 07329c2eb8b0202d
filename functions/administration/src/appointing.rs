//! Administration that one administrator gives to another user, or takes from them.
//!
//! Password and code come first, then the mails that tell of it, each sent if it happens, then the
//! row. One conditional update gives it, because the account may be suspended, closing or without a
//! verified address by then. Run twice, the second time finds it done, and asks for no mail.
//!
//! Once it is taken, the invitations to sign up that the user has sent go after the row, when no
//! more of them can come, and whether or not it was taken before: whoever dies in between goes on
//! by the same request.

use shared::{
    Result,
    domain::{UserId, mail::MailCause, password::Password, second_factor::FactorCode},
    error::Error,
    http::{
        Call,
        step_up::{CodeTaker, Proof},
    },
    stores::{Account, Accounts, MailQueue},
};

/// The member of the request.
const FIELD: &str = "administrator";

/// Administration that is given or taken.
pub(crate) struct Appointment {
    /// The user whose it is.
    pub user: UserId,
    /// The administrator who does it.
    pub by: UserId,
    /// True if it is given.
    pub given: bool,
    /// True where an administrator's address must have been shown to be theirs.
    pub needs_verified: bool,
}

impl Appointment {
    /// Refuses to give it to an account that may not have it.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check(&self, account: &Account, will_be_suspended: bool) -> Result<()> {
        if !self.given {
            return Ok(());
        }
        if will_be_suspended {
            return Err(Error::field(FIELD, "is for no suspended account: resume it first"));
        }
        if account.deletes_at.is_some() {
            return Err(Error::field(
                FIELD,
                "is for no account that is closing: its user can keep it, by POST /v1/me/restore",
            ));
        }
        if self.needs_verified && account.email_verified_at.is_none() {
            return Err(Error::field(
                FIELD,
                "takes a verified address: its user opens the link of the mail that verifies it",
            ));
        }
        Ok(())
    }

    /// Holds that it is really the administrator who asks. The code is used up.
    ///
    /// # Errors
    /// [`Error::Invalid`] without the caller's password and code, or with wrong ones.
    pub async fn confirm(
        &self,
        call: &Call<'_>,
        accounts: &Accounts,
        mail_queue: &MailQueue,
        password: Option<&Password>,
        code: Option<&FactorCode>,
    ) -> Result<()> {
        let password = password.ok_or_else(|| {
            Error::field("password", "is required to make an administrator, or to unmake one")
        })?;
        CodeTaker { call, accounts, mail_queue }
            .confirm(self.by, Proof { password, code })
            .await?;
        Ok(())
    }

    /// Gives or takes it, unless that has been done.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an account that may not have it any more.
    pub async fn make(&self, accounts: &Accounts, mail_queue: &MailQueue) -> Result<()> {
        let account = accounts.find(self.user).await?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        if account.administrator_since.is_some() != self.given {
            self.announce(mail_queue, account.version).await?;
            self.write(accounts).await?;
        }
        if self.given {
            return Ok(());
        }
        accounts.delete_sign_up_invitations_by(self.user).await
    }

    /// Writes the user's row.
    async fn write(&self, accounts: &Accounts) -> Result<()> {
        if !self.given {
            return accounts.dismiss_administrator(self.user).await;
        }
        let is_given = accounts
            .appoint_administrator(self.user, self.needs_verified)
            .await?;
        if is_given {
            Ok(())
        } else {
            Err(Error::field(FIELD, "is not for this account any more: look at it again"))
        }
    }

    /// Asks for the mails that tell both.
    async fn announce(&self, mail_queue: &MailQueue, version: u32) -> Result<()> {
        let Self { user, by, given, .. } = *self;
        for to in [user, by] {
            let cause = MailCause::Administration { user, by, to, given, version };
            mail_queue.announce(cause).await?;
        }
        Ok(())
    }
}
