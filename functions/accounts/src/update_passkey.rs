//! `PATCH /v1/me/passkeys/{passkey}`: gives a passkey another name.
//!
//! One transaction; run twice, the second time finds the name there.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Name, PasskeyId, Scope},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::Accounts,
};

use crate::passkeys::PasskeyView;

request! {
    /// The change.
    struct Body {
        /// The new name.
        name: Name,
    }
}

/// The route and what it needs.
pub struct UpdatePasskey {
    /// Accounts.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for UpdatePasskey {
    fn spec() -> Spec {
        Spec::patch("/v1/me/passkeys/{passkey}").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Rename a passkey")
            .takes::<Body>(json!({"name": "Telephone"}))
            .gives::<PasskeyView>(200, PasskeyView::example())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = call.caller().await?.user;
        let id: PasskeyId = call.id("passkey")?;
        let body: Body = call.body()?;
        self.accounts.rename_passkey(user, id, &body.name).await?;
        let passkey = self.accounts.passkey(user, id).await?;
        let passkey = passkey.ok_or(Error::NotFound { what: "passkey" })?;
        Ok(Reply::ok(&PasskeyView::from(passkey)))
    }
}
