//! `PATCH /v1/me`: another name, address, password or language.
//!
//! One update of the row, on condition of its version, makes the change. A new address is bound to
//! the user before it, while the row is held, and the old one given up after it, as
//! [`Accounts::change_address`] says; the mails that tell the old one and verify the new one are
//! asked for before it, and sent if it happens. A code of the second factor is taken when nothing
//! else is left that would refuse the request. A new password ends all other sessions after it; a
//! death in between leaves them, to be ended by hand.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Language, Name, Patch, Scope, UserId, example, mail::MailCause, password::Password,
        second_factor::FactorCode,
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Account, AccountChange, Accounts, Emails, MailQueue, Sessions},
};

use crate::{
    create_user::UserView,
    second_factor::{CodeTaker, open_account},
};

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// The new name.
        name: Patch<Name>,
        /// The new address.
        email: Patch<Email>,
        /// The new password.
        password: Patch<Password>,
        /// The language in which the user is written to.
        language: Patch<Language>,
        /// The password until now: for a new address or password.
        current_password: Option<Password>,
        /// A code of the second factor's app, or a recovery code: for the same, where it is on.
        code: Option<FactorCode>,
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
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for UpdateMe {
    fn spec() -> Spec {
        Spec::patch("/v1/me").scope(Scope::Account).if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change name, address, password or language")
            .about("A new address or password takes the current one, and a code where the second factor is on. A new password ends all other sessions.")
            .takes::<Body>(json!({"name": "Ana B."}))
            .gives::<UserView>(
                200,
                json!({
                    "id": example::USER, "name": "Ana B.", "email": "ana@example.org", "language": "en",
                    "created_at": example::MOMENT,
                }),
            )
            .fails(&["email-taken", "wrong-credentials"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, body, seen) = (call.caller().await?, call.body::<Body>()?, call.if_match()?);
        let account = self.account(call, caller.user, &body).await?;
        if seen.is_some_and(|seen| seen != account.version) {
            return Err(Error::Changed);
        }
        if body.is_dangerous() {
            self.confirm(call, &account, &body).await?;
        }
        let change = change_of(&account, &body);
        match &change.email {
            Some(email) => {
                self.announce(&account, email).await?;
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
        let account = self.found(account.id).await?;
        Ok(Reply::ok(&UserView::from(&account)).versioned(account.version))
    }
}

impl UpdateMe {
    async fn found(&self, user: UserId) -> Result<Account> {
        let account = self.accounts.find(user).await?;
        account.ok_or(Error::NotFound { what: "user" })
    }

    /// The account; for what is dangerous, if the password until now opens it.
    async fn account(&self, call: &Call<'_>, user: UserId, body: &Body) -> Result<Account> {
        const FIELD: &str = "current_password";
        if !body.is_dangerous() {
            return self.found(user).await;
        }
        let current = body.current_password.as_ref();
        let current = current
            .ok_or_else(|| Error::field(FIELD, "is required for a new address or password"))?;
        open_account(call, &self.accounts, user, FIELD, current).await
    }

    /// Looks at what may be refused, and takes a code last: that is used up by it.
    async fn confirm(&self, call: &Call<'_>, account: &Account, body: &Body) -> Result<()> {
        check_strength(account, body)?;
        if let Some(email) = body.email.value() {
            self.check_free(account, email).await?;
        }
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .step_up(account.id, body.code.as_ref())
            .await
    }

    /// Refuses an address that another account has. It may get one a moment later: the change says
    /// so then.
    async fn check_free(&self, account: &Account, email: &Email) -> Result<()> {
        match self.emails.find(email).await? {
            Some(user) if user != account.id => Err(Error::EmailTaken),
            _ => Ok(()),
        }
    }

    /// Asks for the mails that tell of another address.
    async fn announce(&self, account: &Account, email: &Email) -> Result<()> {
        let old = Email::try_from(account.email.clone()).map_err(Error::internal)?;
        if email.is(old.as_str()) {
            return Ok(());
        }
        let (user, version) = (account.id, account.version);
        self.mail_queue
            .announce(MailCause::AddressChanged { user, old, version })
            .await?;
        self.mail_queue
            .announce(MailCause::Verification { user })
            .await
    }
}

impl Body {
    /// Returns true for what a thief of a session could turn into the account.
    fn is_dangerous(&self) -> bool {
        self.email.value().is_some() || self.password.value().is_some()
    }
}

/// Holds that a new password is strong enough.
fn check_strength(account: &Account, body: &Body) -> Result<()> {
    let Some(password) = body.password.value() else { return Ok(()) };
    let (name, email) = (body.name.value(), body.email.value());
    let name = name.map_or(account.name.as_str(), Name::as_str);
    let address = email.map_or(account.email.as_str(), Email::as_str);
    password
        .check_strength(&[address, name])
        .map_err(|why| Error::field("password", why))
}

/// Returns what is new.
fn change_of(account: &Account, body: &Body) -> AccountChange {
    let (name, email) = (body.name.value().cloned(), body.email.value().cloned());
    let password_hash = body.password.value().map(Password::hash);
    let language = body.language.value().copied();
    // The same address, written in another way, stays verified.
    let is_same = email.as_ref().is_some_and(|email| email.is(&account.email));
    let verified = is_same && account.email_verified_at.is_some();
    AccountChange { name, email, password_hash, language, verified, ends_passkeys: false }
}
