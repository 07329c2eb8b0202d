//! `DELETE /v1/accounts/{user}`: closes an account, which is deleted seven days from now.
//!
//! As its user does it by `DELETE /v1/me`: one update sets the date, if none is set; then every
//! session ends, and every link to the user's albums. Dying in between leaves some of these: the
//! same request ends them, and `delete-accounts` the links. The mail that tells of it is asked for
//! before the date is set, and sent if it is. Until the date the user can take it back, unless the
//! account is suspended.

use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, example, mail::MailCause},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Account, Accounts, MailQueue, Projector, Sessions},
};

use crate::subject;

/// Time in which links are ended before the answer; shorter than the function's time-out.
const TIME: Duration = Duration::from_secs(4);

/// The moment at which the account will be deleted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClosedAccount")]
struct ClosedView {
    /// Until then its user can take it back.
    deletes_at: Option<Moment>,
}

/// The route and what it needs.
pub struct CloseAccount {
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
    /// The library and its projection.
    pub projector: Projector,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for CloseAccount {
    fn spec() -> Spec {
        Spec::delete("/v1/accounts/{user}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("Close an account")
            .about(
                "For administrators, about others than themselves. It is locked at once, a mail \
                 tells its user, and after seven days it is deleted with all that it keeps. Until \
                 then the user can take that back by `POST /v1/me/restore`, unless the account is \
                 suspended.",
            )
            .gives::<ClosedView>(202, json!({"deletes_at": example::MOMENT}))
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = subject::another_s_account(call, &self.accounts).await?.id;
        self.mail_queue
            .announce(MailCause::ClosedByAdministrator { user })
            .await?;
        let at = Moment::now().plus(Account::GRACE);
        self.accounts.close_by_administrator(user, at).await?;
        self.sessions.end_others(user, None).await?;
        if let Err(error) = self.projector.end_links_of(user, TIME).await {
            tracing::warn!(error = error.chain(), "links are left to delete-accounts");
        }
        let deletes_at = subject::account(call, &self.accounts).await?.deletes_at;
        Ok(Reply::json(StatusCode::ACCEPTED, &ClosedView { deletes_at }))
    }
}
