//! `DELETE /v1/me`: asks for the account's deletion, seven days from now.
//!
//! One update sets the date, if none is set; then every session ends, and every link to the user's
//! albums, and every invitation into one. Dying between the first two leaves sessions, one of which
//! repeats the request; links that are left `delete-accounts` ends, which runs every hour. The mail
//! that tells of it is asked for before the date is set, and sent if it is. Until the date, nobody
//! can log in, and `POST /v1/me/restore` takes it back; links and invitations stay ended.

use std::time::Duration;

use async_trait::async_trait;
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, Scope, example, mail::MailCause},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Account, Accounts, MailQueue, Projector, Sessions, UsedChallenges},
};

use crate::{
    confirmation::{Confirmation, Confirmer},
    delete_session::forgotten,
};

/// Time in which links are ended before the answer; shorter than the function's time-out.
const TIME: Duration = Duration::from_secs(4);

/// The moment at which the account will be deleted.
#[derive(Serialize, JsonSchema)]
struct Closing {
    /// Until then it can be taken back.
    deletes_at: Option<Moment>,
}

/// The route and what it needs.
pub struct DeleteMe {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
    /// Sessions.
    pub sessions: Sessions,
    /// The library and its projection.
    pub projector: Projector,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for DeleteMe {
    fn spec() -> Spec {
        Spec::delete("/v1/me").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Ask for the account's deletion")
            .about(
                "It is locked at once and deleted after seven days. `POST /v1/me/restore` takes it back. \
                    Links to its albums and invitations into them end at once, and do not come back.",
            )
            .takes::<Confirmation>(Confirmation::example())
            .gives::<Closing>(202, json!({"deletes_at": example::MOMENT}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Confirmation>()?);
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = confirmer.open(user, body.shown()).await?;
        confirmer.take(&opened, &self.mail_queue).await?;
        self.mail_queue
            .announce(MailCause::Closing { user })
            .await?;
        self.accounts
            .close(user, Moment::now().plus(Account::GRACE))
            .await?;
        self.sessions.end_others(user, None).await?;
        if let Err(error) = self.projector.end_links_of(user, TIME).await {
            // The account is closing, and nobody can ask again.
            tracing::warn!(error = error.chain(), "links are left to delete-accounts");
        }
        let deletes_at = self
            .accounts
            .find(user)
            .await?
            .and_then(|account| account.deletes_at);
        Ok(Reply::json(StatusCode::ACCEPTED, &Closing { deletes_at })
            .with(header::SET_COOKIE, &forgotten()))
    }
}
