//! `GET /v1/me`: the caller's account, what it keeps and what it may keep.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, Scopes, SessionId, UserId, example},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library, library::Usage},
};

/// The caller.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
struct MeView {
    id: UserId,
    name: String,
    email: String,
    created_at: Moment,
    version: u32,
    session: SessionId,
    scopes: Scopes,
    usage: Usage,
    quota: Quota,
}

/// The quota of an owner.
#[derive(Serialize, JsonSchema)]
struct Quota {
    bytes: u64,
}

/// The route and what it needs.
pub struct GetMe {
    /// Accounts.
    pub accounts: Accounts,
    /// The library, for what they keep.
    pub library: Library,
    /// Bytes an owner may keep.
    pub quota: u64,
}

#[async_trait]
impl Route for GetMe {
    fn spec() -> Spec {
        Spec::get("/v1/me")
    }

    fn doc() -> Doc {
        Doc::new("The caller's account, what it keeps and what it may keep").gives::<MeView>(
            200,
            json!({
                "id": example::USER, "name": "Ana", "email": "ana@example.org", "created_at": example::MOMENT,
                "version": 1, "session": example::SESSION, "scopes": ["read", "write", "account"],
                "usage": {"photos": 1, "bytes": 4_218_331}, "quota": {"bytes": 16_106_127_360_u64},
            }),
        )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let caller = call.caller().await?;
        let (account, usage) =
            tokio::try_join!(self.accounts.find(caller.user), self.library.usage(caller.user))?;
        let account = account.ok_or(Error::NotFound { what: "user" })?;
        Ok(Reply::ok(&MeView {
            id: account.id,
            name: account.name,
            email: account.email,
            created_at: account.created_at,
            version: account.version,
            session: caller.session,
            scopes: caller.scopes.clone(),
            usage,
            quota: Quota { bytes: self.quota },
        })
        .versioned(account.version))
    }
}
