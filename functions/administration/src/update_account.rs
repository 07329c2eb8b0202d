//! `PATCH /v1/accounts/{user}`: suspends an account or resumes it, makes its user an administrator
//! or takes that back, and sets how much it may keep.
//!
//! Each is one conditional write of its own, and does nothing where it is done; what may be refused
//! is looked at before the first. Dying in between leaves some of them, and the administrator
//! without an answer: the same request goes on, with the same code of a second factor.
//!
//! One update suspends an account, on condition that it is not: nobody logs in from then on. Then
//! every session ends, every invitation to sign up that its user has sent, and every link to the
//! user's albums, and invitation into one. A link whose row had ended is closed by the relay. A
//! link that has ended stays so when the account is resumed: who shows an album to others again is
//! its owner's to decide. Administration is [`crate::appointing`]'s. A quota is a column of the
//! owner's row in the library.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Patch, UserId, example, password::Password, second_factor::FactorCode, values::QuotaBytes,
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, MailQueue, Projector, Sessions},
};

use crate::{account_view::AccountView, appointing::Appointment, subject};

/// Time in which links are ended before the answer; shorter than the function's time-out.
const TIME: Duration = Duration::from_secs(5);

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// True to suspend the account, false to resume it.
        suspended: Patch<bool>,
        /// True to make its user an administrator, false to take that back.
        administrator: Patch<bool>,
        /// Bytes that it may keep; `null` for as many as this Albumen allows.
        quota_bytes: Patch<Option<QuotaBytes>>,
        /// The caller's own password: for `administrator`.
        password: Option<Password>,
        /// A code of the caller's second factor, or a recovery code: for the same, where it is on.
        code: Option<FactorCode>,
    }
}

/// The route and what it needs.
pub struct UpdateAccount {
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
    /// The library and its projection.
    pub projector: Projector,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// Bytes that an owner may keep who has no quota of their own.
    pub quota: u64,
    /// True where an administrator's address must have been shown to be theirs.
    pub needs_verified: bool,
}

#[async_trait]
impl Route for UpdateAccount {
    fn spec() -> Spec {
        Spec::patch("/v1/accounts/{user}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("Suspend an account, make it an administrator's, or set its quota")
            .about(
                "For administrators, about others than themselves. Nobody logs in to a suspended \
                 account; its sessions and keys end, and so do links to its albums and invitations \
                 into them or to sign up, which do not come back. Members of its albums see them \
                 as before. To make somebody an administrator, or to take that back, takes the \
                 caller's own password, and a code where their second factor is on; a mail tells \
                 both. Taken back, it ends the invitations to sign up that they have sent. Who is \
                 one by a claim of the provider of single sign-on becomes one again by it. Who \
                 keeps more than the quota keeps it, and adds nothing.",
            )
            .takes::<Body>(json!({"suspended": true}))
            .gives::<AccountView>(
                200,
                example::with(AccountView::example(), &json!({"suspended_at": example::MOMENT})),
            )
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let body: Body = call.body()?;
        let account = subject::another_s_account(call, &self.accounts).await?;
        let appointment = self.appointment(call, &account, &body).await?;
        match body.suspended.value() {
            Some(true) => self.suspend(account.id).await?,
            Some(false) => self.accounts.resume(account.id).await?,
            None => {}
        }
        if let Some(appointment) = appointment {
            appointment.make(&self.accounts, &self.mail_queue).await?;
        }
        if let Some(bytes) = body.quota_bytes.value() {
            self.set_quota(account.id, bytes.map(QuotaBytes::bytes))
                .await?;
        }
        let account = subject::account(call, &self.accounts).await?;
        let library = &self.projector.library;
        let view = AccountView::read(account, &self.accounts, library, self.quota).await?;
        Ok(Reply::ok(&view))
    }
}

impl UpdateAccount {
    /// The appointment that the request asks for, if it is one that the caller may make.
    async fn appointment(
        &self,
        call: &Call<'_>,
        account: &Account,
        body: &Body,
    ) -> Result<Option<Appointment>> {
        let Some(given) = body.administrator.value().copied() else { return Ok(None) };
        let by = call.caller().await?.user;
        let appointment =
            Appointment { user: account.id, by, given, needs_verified: self.needs_verified };
        let suspended = body.suspended.value().copied();
        let will_be_suspended = suspended.unwrap_or(account.suspended_at.is_some());
        appointment.check(account, will_be_suspended)?;
        appointment
            .confirm(
                call,
                &self.accounts,
                &self.mail_queue,
                body.password.as_ref(),
                body.code.as_ref(),
            )
            .await?;
        Ok(Some(appointment))
    }

    async fn suspend(&self, user: UserId) -> Result<()> {
        self.accounts.suspend(user).await?;
        self.sessions.end_others(user, None).await?;
        self.accounts.delete_sign_up_invitations_by(user).await?;
        if self.projector.end_links_of(user, TIME).await? {
            return Ok(());
        }
        let cause = "links are left: the same request ends them".into();
        Err(Error::Unavailable { service: "library", cause })
    }

    async fn set_quota(&self, user: UserId, bytes: Option<u64>) -> Result<()> {
        let changes = self.projector.library.set_quota(user, bytes).await?;
        self.projector.settle(&changes).await;
        Ok(())
    }
}
