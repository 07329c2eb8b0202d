//! `GET /v1/accounts`: all accounts, newest first, or the one of an address.
//!
//! Each cluster answers for its own, by primary key, which begins with the time; the page is the
//! newest of these.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{Email, List, Page, example},
    http::{Call, Doc, Reply, Route, Spec, both},
    request,
    stores::{AccountSummary, Accounts, Emails},
};

use crate::subject::example_account;

request! {
    /// Accounts to be found.
    struct Query {
        /// The address of one account, whole.
        email: Option<Email>,
    }
}

/// The route and what it needs.
pub struct ListAccounts {
    /// Accounts.
    pub accounts: Accounts,
    /// Addresses, and whose each is.
    pub emails: Emails,
}

#[async_trait]
impl Route for ListAccounts {
    fn spec() -> Spec {
        Spec::get("/v1/accounts").administrator()
    }

    fn doc() -> Doc {
        Doc::new("All accounts, newest first")
            .about("For administrators. With `email` it is the one account that has this address.")
            .asks::<Query>()
            .paged()
            .gives::<List<AccountSummary>>(200, example::list(&example_account()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (query, (limit, before)) = both(call.query::<Query>(), call.paging())?;
        let page = match &query.email {
            Some(email) => Page { items: self.of_address(email).await?, next: None },
            None => self.accounts.newest(before, limit).await?,
        };
        Ok(Reply::ok(&call.page(page)?))
    }
}

impl ListAccounts {
    /// Returns the account of this address, if there is one.
    async fn of_address(&self, email: &Email) -> Result<Vec<AccountSummary>> {
        let Some(user) = self.emails.find(email).await? else { return Ok(Vec::new()) };
        let account = self.accounts.find(user).await?;
        // One that has given the address up is not meant.
        let account = account.filter(|account| email.is(&account.email));
        Ok(account.into_iter().map(AccountSummary::from).collect())
    }
}
