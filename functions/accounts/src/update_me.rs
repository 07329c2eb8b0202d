//! `PATCH /v1/me`: another name, address or password.
//!
//! One update of the row, on condition of its version, makes the change. A new address is bound to
//! the user before it, while the row is held, and the old one given up after it, as
//! [`Accounts::change_address`] says. A new password ends all other sessions after it; a death in
//! between leaves them, to be ended by hand.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Email, Name, Patch, Scope, example, password::Password},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Spec},
    request,
    stores::{Account, AccountChange, Accounts, Emails, Sessions},
};

use crate::create_user::UserView;

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// The new name.
        name: Patch<Name>,
        /// The new address.
        email: Patch<Email>,
        /// The new password.
        password: Patch<Password>,
        /// The password until now: for a new address or password.
        current_password: Option<Password>,
    }
}

/// The route and what it needs.
pub struct UpdateMe {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
}

#[async_trait]
impl Route for UpdateMe {
    fn spec() -> Spec {
        Spec::patch("/v1/me").scope(Scope::Account).if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change name, address or password")
            .about("A new address or password takes the current one. A new password ends all other sessions.")
            .takes::<Body>(json!({"name": "Ana B."}))
            .gives::<UserView>(
                200,
                json!({"id": example::USER, "name": "Ana B.", "email": "ana@example.org", "created_at": example::MOMENT}),
            )
            .fails(&["email-taken", "wrong-credentials"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, body, seen) = (call.caller().await?, call.body::<Body>()?, call.if_match()?);
        let account = self
            .accounts
            .find(caller.user)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        if seen.is_some_and(|seen| seen != account.version) {
            return Err(Error::Changed);
        }
        confirm(call, &account, &body).await?;
        let change = prepare(&account, &body)?;
        match &change.email {
            Some(email) => {
                self.accounts
                    .change_address(&self.emails, &account, email, &change)
                    .await?;
            }
            None => {
                self.accounts
                    .change(account.id, account.version, &change)
                    .await?;
            }
        }
        if change.password_hash.is_some() {
            self.sessions
                .end_others(account.id, Some(caller.session))
                .await?;
        }
        let account = self
            .accounts
            .find(account.id)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        Ok(Reply::ok(&UserView::from(&account)).versioned(account.version))
    }
}

/// Takes the password for what a thief of a session could turn into the account.
async fn confirm(call: &Call<'_>, account: &Account, body: &Body) -> Result<()> {
    if body.email.value().is_none() && body.password.value().is_none() {
        return Ok(());
    }
    let current = body.current_password.as_ref();
    let current = current.ok_or_else(|| {
        Error::field("current_password", "is required for a new address or password")
    })?;
    call.limit(Policy::LogIn, &account.id.to_string()).await?;
    if Account::opens(Some(account), current) {
        Ok(())
    } else {
        Err(Error::field("current_password", "is not right"))
    }
}

/// Returns what is new, if the new password is strong enough.
fn prepare(account: &Account, body: &Body) -> Result<AccountChange> {
    let (name, email) = (body.name.value().cloned(), body.email.value().cloned());
    if let Some(password) = body.password.value() {
        let called = name.as_ref().map_or(account.name.as_str(), Name::as_str);
        let address = email.as_ref().map_or(account.email.as_str(), Email::as_str);
        password
            .check_strength(&[address, called])
            .map_err(|why| Error::field("password", why))?;
    }
    Ok(AccountChange { name, email, password_hash: body.password.value().map(Password::hash) })
}
