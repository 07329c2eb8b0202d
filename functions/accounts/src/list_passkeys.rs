//! `GET /v1/me/passkeys`: the caller's passkeys.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{List, Scope, example},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Accounts,
};

use crate::passkeys::PasskeyView;

/// The route and what it needs.
pub struct ListPasskeys {
    /// Accounts.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for ListPasskeys {
    fn spec() -> Spec {
        Spec::get("/v1/me/passkeys").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("The caller's passkeys, the oldest first")
            .gives::<List<PasskeyView>>(200, example::list(&PasskeyView::example()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let passkeys = self.accounts.passkeys(call.caller().await?.user).await?;
        let items: Vec<_> = passkeys.into_iter().map(PasskeyView::from).collect();
        Ok(Reply::ok(&List { items, next: None }))
    }
}
