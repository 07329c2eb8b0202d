//! `DELETE /v1/me`: asks for the account's deletion, seven days from now.
//!
//! One update sets the date, if none is set; then every session ends. Dying between the two leaves
//! sessions, one of which repeats the request. Until the date, nobody can log in, and
//! `POST /v1/me/restore` takes it back.

use async_trait::async_trait;
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{Moment, Scope, example, password::Password},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, Accounts, Sessions},
};

use crate::delete_session::forgotten;

/// How long the deletion can be taken back, in seconds: 7 days.
const GRACE: i64 = 7 * 24 * 3600;

request! {
    /// That it is really its owner who asks.
    struct Body {
        /// The account's password.
        password: Password,
    }
}

/// When the account will be deleted.
#[derive(Serialize, JsonSchema)]
struct Closing {
    /// Until then it can be taken back.
    deletes_at: Option<Moment>,
}

/// The route and what it needs.
pub struct DeleteMe {
    /// Who has an account.
    pub accounts: Accounts,
    /// Where sessions are kept.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for DeleteMe {
    fn spec() -> Spec {
        Spec::delete("/v1/me").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Ask for the account's deletion")
            .about("It is locked at once and deleted after seven days. `POST /v1/me/restore` takes it back.")
            .takes::<Body>(json!({"password": "a quiet orange lighthouse"}))
            .gives::<Closing>(202, json!({"deletes_at": example::MOMENT}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        call.limit(Policy::LogIn, &user.to_string()).await?;
        let account = self.accounts.find(user).await?.ok_or(Error::NotFound { what: "user" })?;
        if !Account::opens(Some(&account), &body.password) {
            return Err(Error::field("password", "is not right"));
        }
        self.accounts.close(user, Moment::now().plus(GRACE)).await?;
        self.sessions.end_others(user, None).await?;
        let deletes_at = self.accounts.find(user).await?.and_then(|account| account.deletes_at);
        Ok(Reply::json(StatusCode::ACCEPTED, &Closing { deletes_at }).with(header::SET_COOKIE, &forgotten()))
    }
}
