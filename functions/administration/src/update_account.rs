//! `PATCH /v1/accounts/{user}`: suspends an account, or resumes it.
//!
//! One update suspends it, on condition that it is not: nobody logs in from then on. Then every
//! session ends, and every link to the user's albums, and invitation into one. Dying in between
//! leaves some of these, and the administrator without an answer; the same request ends what is
//! left, as often as it is sent, and a link whose row had ended is closed by the relay. A link that
//! has ended stays so when the account is resumed: who shows an album to others again is its
//! owner's to decide.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Patch, UserId, example},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{AccountSummary, Accounts, Projector, Sessions},
};

use crate::subject;

/// Time in which links are ended before the answer; shorter than the function's time-out.
const TIME: Duration = Duration::from_secs(5);

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// True to suspend the account, false to resume it.
        suspended: Patch<bool>,
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
}

#[async_trait]
impl Route for UpdateAccount {
    fn spec() -> Spec {
        Spec::patch("/v1/accounts/{user}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("Suspend an account, or resume it")
            .about(
                "For administrators, about others than themselves. Nobody logs in to a suspended \
                 account; its sessions and keys end, and so do links to its albums and invitations \
                 into them, which do not come back. Members of its albums see them as before.",
            )
            .takes::<Body>(json!({"suspended": true}))
            .gives::<AccountSummary>(
                200,
                example::with(
                    subject::example_account(),
                    &json!({"suspended_at": example::MOMENT}),
                ),
            )
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let body: Body = call.body()?;
        let user = subject::another_s_account(call, &self.accounts).await?.id;
        match body.suspended.value() {
            Some(true) => self.suspend(user).await?,
            Some(false) => self.accounts.resume(user).await?,
            None => {}
        }
        let account = subject::account(call, &self.accounts).await?;
        Ok(Reply::ok(&AccountSummary::from(account)))
    }
}

impl UpdateAccount {
    async fn suspend(&self, user: UserId) -> Result<()> {
        self.accounts.suspend(user).await?;
        self.sessions.end_others(user, None).await?;
        if self.projector.end_links_of(user, TIME).await? {
            return Ok(());
        }
        let cause = "links are left: the same request ends them".into();
        Err(Error::Unavailable { service: "library", cause })
    }
}
