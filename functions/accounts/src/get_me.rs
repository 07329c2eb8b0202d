//! `GET /v1/me`: the caller's account, what it keeps and what it may keep.

use async_trait::async_trait;
use serde::Serialize;
use shared::{
    Result,
    domain::{Moment, SessionId, UserId},
    error::Error,
    http::{Call, Reply, Route, Spec},
    stores::{Accounts, Library, library::Usage},
};

/// The caller.
#[derive(Serialize)]
struct MeView {
    id: UserId,
    name: String,
    email: String,
    created_at: Moment,
    session: SessionId,
    usage: Usage,
    quota: Quota,
}

/// What an owner may keep.
#[derive(Serialize)]
struct Quota {
    bytes: u64,
}

/// The route and what it needs.
pub struct GetMe {
    /// Who has an account.
    pub accounts: Accounts,
    /// What they keep.
    pub library: Library,
    /// Bytes an owner may keep.
    pub quota: u64,
}

#[async_trait]
impl Route for GetMe {
    fn spec(&self) -> Spec {
        Spec::get("/v1/me")
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let caller = call.caller().await?;
        let (account, usage) = tokio::try_join!(self.accounts.find(caller.user), self.library.usage(caller.user))?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        Ok(Reply::ok(&MeView {
            id: account.id,
            name: account.name,
            email: account.email,
            created_at: account.created_at,
            session: caller.session,
            usage,
            quota: Quota { bytes: self.quota },
        }))
    }
}
