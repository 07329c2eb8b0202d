//! `GET /v1/accounts/{user}`: an account and how much it keeps; nothing of what.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library},
};

use crate::{account_view::AccountView, subject};

/// The route and what it needs.
pub struct GetAccount {
    /// Accounts.
    pub accounts: Accounts,
    /// The library, for how much they keep.
    pub library: Library,
    /// Bytes that an owner may keep who has no quota of their own.
    pub quota: u64,
}

#[async_trait]
impl Route for GetAccount {
    fn spec() -> Spec {
        Spec::get("/v1/accounts/{user}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("An account, how much it keeps, and how much it may")
            .about("For administrators. What it keeps is its user's alone.")
            .gives::<AccountView>(200, AccountView::example())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let account = subject::account(call, &self.accounts).await?;
        let view = AccountView::read(account, &self.accounts, &self.library, self.quota).await?;
        Ok(Reply::ok(&view))
    }
}
