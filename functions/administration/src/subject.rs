//! The account that a request is about.

use serde_json::{Value, json};
use shared::{
    Result,
    domain::{UserId, example},
    error::Error,
    http::Call,
    stores::{Account, Accounts},
};

/// Returns the account of the path's user.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn account(call: &Call<'_>, accounts: &Accounts) -> Result<Account> {
    let user: UserId = call.id("user")?;
    let account = accounts.find(user).await?;
    account.ok_or(Error::NotFound { what: "user" })
}

/// The same, unless it is the caller's own: an administrator who shuts themself out could be the
/// last.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::OwnAccount`].
pub(crate) async fn another_s_account(call: &Call<'_>, accounts: &Accounts) -> Result<Account> {
    let account = account(call, accounts).await?;
    if account.id == call.caller().await?.user {
        return Err(Error::OwnAccount);
    }
    Ok(account)
}

/// An example of an account.
pub(crate) fn example_account() -> Value {
    json!({
        "id": example::USER, "name": "Ana", "email": "ana@example.org",
        "email_verified_at": example::MOMENT, "created_at": example::MOMENT, "deletes_at": null,
        "suspended_at": null, "administrator_since": null,
    })
}
