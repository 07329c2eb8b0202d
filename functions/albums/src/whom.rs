//! Whom a path names.

use shared::{
    Result,
    domain::{Email, sharing::Whom},
    error::Error,
    http::Call,
    stores::{Account, Accounts, Emails},
};

/// The account of the user whom the path names by id, by address, or as `me`.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn find(call: &Call<'_>, emails: &Emails, accounts: &Accounts) -> Result<Account> {
    let whom = call.id("user")?;
    let user = match &whom {
        Whom::Me => Some(call.caller().await?.user),
        Whom::User(user) => Some(*user),
        Whom::Email(email) => emails.find(email).await?,
    };
    let account = match user {
        Some(user) => accounts.find(user).await?,
        None => None,
    };
    // An address that its user has given up names nobody.
    let account = account.filter(|account| match &whom {
        Whom::Email(email) => same(&account.email, email),
        _ => true,
    });
    account.ok_or(Error::NotFound { what: "user" })
}

fn same(kept: &str, sent: &Email) -> bool {
    Email::try_from(kept.to_owned()).is_ok_and(|kept| kept.normalised() == sent.normalised())
}
