//! Finds the user whom a path names.

use shared::{
    Result,
    domain::{Email, sharing::UserReference},
    error::Error,
    http::{Call, Policy},
    stores::{Account, Accounts, Emails},
};

/// The account of the member whom the path names by id, by address, or as `me`. Nobody is answered
/// as somebody who is no member. The time may tell them apart, so who names addresses is counted.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::TooMany`].
pub async fn find(call: &Call<'_>, emails: &Emails, accounts: &Accounts) -> Result<Account> {
    let account = match call.id("user")? {
        UserReference::Me => accounts.find(call.caller().await?.user).await?,
        UserReference::User(user) => accounts.find(user).await?,
        UserReference::Email(email) => {
            call.limit(Policy::LookUp, &call.caller().await?.user.to_string())
                .await?;
            find_by_address(&email, emails, accounts).await?
        }
    };
    account.ok_or(Error::NotFound { what: "member" })
}

async fn find_by_address(
    email: &Email,
    emails: &Emails,
    accounts: &Accounts,
) -> Result<Option<Account>> {
    let account = match emails.find(email).await? {
        Some(user) => accounts.find(user).await?,
        None => None,
    };
    // An address that its user has given up names nobody.
    Ok(account.filter(|account| email.is(&account.email)))
}
