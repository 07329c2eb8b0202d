//! `GET /v1/accounts/{user}`: an account and how much it keeps; nothing of what.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::example,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{AccountSummary, Accounts, Library, SecondFactor, library::Usage},
};

use crate::subject;

/// An account, and how much it keeps.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountWithUsage")]
struct AccountView {
    #[serde(flatten)]
    account: AccountSummary,
    /// True if log-ins take a code beside the password.
    second_factor: bool,
    usage: Usage,
}

/// The route and what it needs.
pub struct GetAccount {
    /// Accounts.
    pub accounts: Accounts,
    /// The library, for how much they keep.
    pub library: Library,
}

#[async_trait]
impl Route for GetAccount {
    fn spec() -> Spec {
        Spec::get("/v1/accounts/{user}").administrator()
    }

    fn doc() -> Doc {
        Doc::new("An account, and how much it keeps")
            .about("For administrators. What it keeps is its user's alone.")
            .gives::<AccountView>(
                200,
                example::with(
                    subject::example_account(),
                    &json!({"second_factor": true, "usage": {"photos": 1, "bytes": 4_218_331}}),
                ),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let account = subject::account(call, &self.accounts).await?;
        let (factor, usage) = tokio::try_join!(
            self.accounts.second_factor(account.id),
            self.library.usage(account.id),
        )?;
        let second_factor = factor.as_ref().is_some_and(SecondFactor::is_on);
        Ok(Reply::ok(&AccountView { account: account.into(), second_factor, usage }))
    }
}
