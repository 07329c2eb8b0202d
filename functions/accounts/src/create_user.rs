//! `POST /v1/users`: registration.
//!
//! Safe to die anywhere: the address is bound to an id first, and the account's row has that id as
//! its primary key (see [`shared::stores::Emails`]). An address without an account is taken up by
//! whoever registers with it next.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Email, Moment, Name, Shard, UserId, example, password::Password},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, Emails},
};

request! {
    /// The registration of a user.
    struct NewUser {
        /// The user's name.
        name: Name,
        /// The address to sign in with.
        email: Email,
        /// The password to sign in with.
        password: Password,
    }
}

/// A user as they see themselves.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(crate) struct UserView {
    id: UserId,
    name: String,
    email: String,
    created_at: Moment,
}

impl From<&Account> for UserView {
    fn from(account: &Account) -> Self {
        let Account { id, name, email, created_at, .. } = account;
        Self { id: *id, name: name.clone(), email: email.clone(), created_at: *created_at }
    }
}

/// The route and what it needs.
pub struct CreateUser {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for CreateUser {
    fn spec() -> Spec {
        Spec::post("/v1/users").open().limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Sign up")
            .takes::<NewUser>(
                json!({"name": "Ana", "email": "ana@example.org", "password": "a quiet orange lighthouse"}),
            )
            .gives::<UserView>(
                201,
                json!({"id": example::USER, "name": "Ana", "email": "ana@example.org", "created_at": example::MOMENT}),
            )
            .fails(&["email-taken"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let new: NewUser = call.body()?;
        let about = [new.email.as_str(), new.name.as_str()];
        new.password
            .check_strength(&about)
            .map_err(|why| Error::field("password", why))?;
        let fresh = call.fresh(Shard::random());
        let (id, was_bound) = self.emails.reserve(&new.email, fresh).await?;
        match self
            .accounts
            .create(id, &new.email, &new.name, &new.password.hash())
            .await
        {
            // This very request has made it, before it was repeated. Had it bound the address just
            // now, it would be another one's that came between.
            Err(Error::EmailTaken) if id == fresh && was_bound => {}
            outcome => outcome?,
        }
        let account = self
            .accounts
            .find(id)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        Ok(Reply::created("/v1/me", &UserView::from(&account)))
    }
}
