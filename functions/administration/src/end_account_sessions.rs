//! `DELETE /v1/accounts/{user}/sessions`: ends all sessions and keys of an account.
//!
//! The row of activity waits in the outbox before they end. Dying on the way leaves sessions, and
//! the administrator without an answer: run twice, the second time ends what is left.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Sessions},
};

use crate::subject;

/// The route and what it needs.
pub struct EndAccountSessions {
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for EndAccountSessions {
    fn spec() -> Spec {
        Spec::delete("/v1/accounts/{user}/sessions").administrator()
    }

    fn doc() -> Doc {
        Doc::new("End all sessions and keys of an account")
            .about("For administrators. Whoever has the password logs in again.")
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = subject::account(call, &self.accounts).await?.id;
        let entry = self.accounts.note_act(user).await?;
        self.sessions.end_others(user, None).await?;
        self.accounts.settle(&entry).await;
        Ok(Reply::no_content())
    }
}
