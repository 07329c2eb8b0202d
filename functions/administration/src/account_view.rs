//! An account as an administrator sees it, with how much it keeps.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::example,
    stores::{Account, AccountSummary, Accounts, Library, SecondFactor, library::Usage},
};

use crate::subject;

/// An account, how much it keeps, and how much it may.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountWithUsage")]
pub(crate) struct AccountView {
    #[serde(flatten)]
    account: AccountSummary,
    /// True if log-ins take a code beside the password.
    second_factor: bool,
    usage: Usage,
    quota: QuotaView,
}

/// The quota of an account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountQuota")]
struct QuotaView {
    /// Bytes that it may keep.
    bytes: u64,
    /// True if an administrator has set it; false for as many as this Albumen allows.
    own: bool,
}

impl AccountView {
    /// Returns the account with what it keeps, where who has no quota of their own may keep so many
    /// bytes.
    ///
    /// # Errors
    /// When a store does not answer.
    pub async fn read(
        account: Account,
        accounts: &Accounts,
        library: &Library,
        quota_of_stack: u64,
    ) -> Result<Self> {
        let (factor, storage) =
            tokio::try_join!(accounts.second_factor(account.id), library.storage(account.id),)?;
        let bytes = storage.quota.unwrap_or(quota_of_stack);
        Ok(Self {
            account: account.into(),
            second_factor: factor.as_ref().is_some_and(SecondFactor::is_on),
            usage: storage.usage,
            quota: QuotaView { bytes, own: storage.quota.is_some() },
        })
    }

    /// An example of it.
    pub fn example() -> Value {
        example::with(
            subject::example_account(),
            &json!({
                "second_factor": true, "usage": {"photos": 1, "bytes": 4_218_331},
                "quota": {"bytes": 16_106_127_360_u64, "own": false},
            }),
        )
    }
}
