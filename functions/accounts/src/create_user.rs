//! `POST /v1/users`: registration.
//!
//! Safe to die anywhere: the address is bound to an id first, and the account's row has that id as
//! its primary key (see [`shared::stores::Emails`]). An address without an account is taken up by
//! whoever registers with it next.

use async_trait::async_trait;
use serde::Serialize;
use shared::{
    Result,
    domain::{Email, Moment, Name, Shard, UserId, password::Password},
    error::Error,
    http::{Call, Reply, Route, Spec},
    request,
    stores::{Accounts, Emails},
};

request! {
    /// Who registers.
    struct NewUser {
        /// How the user is called.
        name: Name,
        /// The address to sign in with.
        email: Email,
        /// The password to sign in with.
        password: Password,
    }
}

/// A user as they see themselves.
#[derive(Debug, Serialize)]
struct UserView<'a> {
    id: UserId,
    name: &'a str,
    email: &'a str,
    created_at: Moment,
}

/// The route and what it needs.
pub struct CreateUser {
    /// Who has which address.
    pub emails: Emails,
    /// Who has an account.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for CreateUser {
    fn spec(&self) -> Spec {
        Spec::post("/v1/users").open()
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewUser = call.body()?;
        let about = [new.email.as_str(), new.name.as_str()];
        new.password.check_strength(&about).map_err(|why| Error::field("password", why))?;
        let id = self.emails.reserve(&new.email, UserId::new(Shard::random())).await?;
        let account = self.accounts.create(id, &new.email, &new.name, &new.password.hash()).await?;
        let view = UserView { id, name: &account.name, email: &account.email, created_at: account.created_at };
        Ok(Reply::created("/v1/me", &view).uncached())
    }
}
