//! `PATCH /v1/me`: another name, address, password or language, and the end of single sign-on.
//!
//! One update of the row, on condition of its version, makes the change. Where mail is sent, another
//! address is only noted in it, and counts once [`crate::VerifyAddress`] has made it count. Where
//! none is sent it is bound to the user before the update, while the row is held, and the old one
//! given up after it, as [`Accounts::change_address`] says. The mails that tell of it are asked for
//! before it, and sent if it happens. A code or a passkey is used up when nothing else is left that
//! would refuse the request. Identities are unlinked after the update, each in one transaction,
//! and a new password ends all other sessions; a death in between leaves them, to be ended by the
//! same request, or by hand. One thing is left for good: an item that a sign-on has put back just
//! before its row went, if the request dies right after that, because nothing says whose it was. It
//! leads nowhere, and the identity's next sign-on replaces it.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Email, Language, Name, Patch, Scope, SessionId, UserId, example, mail::MailCause,
        password::Password, second_factor::FactorCode,
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{
        Account, AccountChange, Accounts, Emails, Identities, MailQueue, Sessions, UsedChallenges,
    },
};

use crate::{
    address_change::{self, AddressWish, PendingView},
    confirmation::{Confirmer, Shown},
    create_user::UserView,
    passkeys::credential::SigningPasskey,
};

request! {
    /// The changes; what is left out stays.
    struct Body {
        /// The new name.
        name: Patch<Name>,
        /// The new address. Where mail is sent, the account keeps the one that it has until a mail
        /// to this one has been answered; the one that it has takes that back.
        email: Patch<Email>,
        /// The new password.
        password: Patch<Password>,
        /// The language in which the user is written to.
        language: Patch<Language>,
        /// The identities that go on logging in: an empty list ends single sign-on.
        identities: Patch<Vec<String>>,
        /// The password until now: for a new address or password, and to end single sign-on.
        current_password: Option<Password>,
        /// A code of the second factor's app, or a recovery code: for the same, where it is on.
        code: Option<FactorCode>,
        /// In place of both, the `toJSON()` of what `navigator.credentials.get()` has made with a
        /// challenge for this user: `GET /v1/sessions/passkey?user=…`.
        passkey: Option<SigningPasskey>,
    }
}

/// The user, and the address that is to be theirs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UpdatedUser")]
struct UpdatedView {
    #[serde(flatten)]
    user: UserView,
    /// The address that is to be the account's, once the mail to it has been answered.
    pending_email: Option<PendingView>,
}

/// The route and what it needs.
pub struct UpdateMe {
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
    /// Sessions.
    pub sessions: Sessions,
    /// Identities at providers, and whose each is.
    pub identities: Identities,
    /// The challenges of passkeys that were used.
    pub challenges: UsedChallenges,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// True where mail is sent: another address counts once its mail has been answered.
    pub sends_mail: bool,
}

#[async_trait]
impl Route for UpdateMe {
    fn spec() -> Spec {
        Spec::patch("/v1/me").scope(Scope::Account).if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change name, address, password or language, or end single sign-on")
            .about(
                "A new address or password takes the current password, and a code where the second factor is \
                    on, or a passkey, and so does the end of single sign-on. Where mail is sent, a new address is \
                    `pending_email` until `POST /v1/verifications` has the token of the mail to it, within \
                    a week; the address that the account has, sent again, takes that back, and so does a new \
                    password, which ends all other sessions, too.",
            )
            .takes::<Body>(json!({"name": "Ana B."}))
            .gives::<UpdatedView>(
                200,
                json!({
                    "id": example::USER, "name": "Ana B.", "email": "ana@example.org", "language": "en",
                    "created_at": example::MOMENT, "pending_email": null,
                }),
            )
            .fails(&["email-taken", "wrong-credentials"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (caller, body, seen) = (call.caller().await?, call.body::<Body>()?, call.if_match()?);
        let account = self.found(caller.user).await?;
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = if body.is_dangerous(&account) {
            body.check_identities(&account)?;
            Some(confirmer.open(account.id, body.shown()).await?)
        } else {
            None
        };
        if seen.is_some_and(|seen| seen != account.version) {
            return Err(Error::Changed);
        }
        if let Some(opened) = &opened {
            self.check(call, &account, &body).await?;
            confirmer.take(opened, &self.mail_queue).await?;
        }
        self.change(&account, &body).await?;
        self.end_what_the_change_ends(call, &account, &body, caller.session)
            .await?;
        let account = self.found(account.id).await?;
        let view = UpdatedView {
            user: UserView::from(&account),
            pending_email: PendingView::of(&account),
        };
        Ok(Reply::ok(&view).versioned(account.version))
    }
}

impl UpdateMe {
    async fn found(&self, user: UserId) -> Result<Account> {
        let account = self.accounts.find(user).await?;
        account.ok_or(Error::NotFound { what: "user" })
    }

    /// Looks at what may be refused, before a code or a passkey is used up. Whoever has only the
    /// session has been refused by then, and learns nothing of it.
    async fn check(&self, call: &Call<'_>, account: &Account, body: &Body) -> Result<()> {
        check_strength(account, body)?;
        if let Some(email) = body.email.value() {
            self.check_free(account, email).await?;
        }
        match body.wish(account) {
            Some(AddressWish::Another(email)) if self.sends_mail => {
                address_change::limit(call, account.id, email).await
            }
            _ => Ok(()),
        }
    }

    /// Refuses an address that another account has. It may get one a moment later: the change says
    /// so then.
    async fn check_free(&self, account: &Account, email: &Email) -> Result<()> {
        match self.emails.find(email).await? {
            Some(user) if user != account.id => Err(Error::EmailTaken),
            _ => Ok(()),
        }
    }

    async fn change(&self, account: &Account, body: &Body) -> Result<()> {
        let change = change_of(account, body, self.sends_mail);
        address_change::announce(&self.mail_queue, account, &change).await?;
        let Some(email) = &change.email else {
            return self
                .accounts
                .change(account.id, account.version, &change)
                .await;
        };
        self.accounts
            .change_address(&self.emails, account, email, &change)
            .await
    }

    async fn end_what_the_change_ends(
        &self,
        call: &Call<'_>,
        account: &Account,
        body: &Body,
        session: SessionId,
    ) -> Result<()> {
        if body.ends_sign_on() {
            self.unlink(call, account.id).await?;
        }
        if body.password.value().is_some() {
            self.sessions.end_others(account.id, Some(session)).await?;
        }
        Ok(())
    }

    /// Ends the links to all identities. The items that lead from them go before their rows, and
    /// once more after: a sign-on that saw a row may have put its item back. One that puts it back
    /// later still finds that the row is gone, and releases it itself.
    async fn unlink(&self, call: &Call<'_>, user: UserId) -> Result<()> {
        for identity in self.accounts.identities(user).await? {
            let (issuer, linked_at) = (identity.issuer.clone(), identity.linked_at);
            self.mail_queue
                .announce(MailCause::SignOnUnlinked { user, issuer, linked_at })
                .await?;
            let sum = call.signer()?.identity(&identity.issuer, &identity.subject);
            self.identities.release(&sum, user).await?;
            self.accounts.unlink(user, &identity.issuer).await?;
            self.identities.release(&sum, user).await?;
        }
        Ok(())
    }
}

impl Body {
    /// Returns true for what a thief of a session could turn into the account, or its owner out of
    /// it. To keep the address that the account has is nothing of the kind.
    fn is_dangerous(&self, account: &Account) -> bool {
        let wish = self.wish(account);
        let is_of_address = wish.is_some_and(|wish| wish != AddressWish::Keep);
        is_of_address || self.password.value().is_some() || self.ends_sign_on()
    }

    fn wish(&self, account: &Account) -> Option<AddressWish<'_>> {
        let email = self.email.value()?;
        Some(AddressWish::of(email, account))
    }

    fn ends_sign_on(&self) -> bool {
        self.identities.value().is_some()
    }

    /// Refuses identities, which only a sign-on links, and to end the one way in that the user
    /// could ask for again.
    fn check_identities(&self, account: &Account) -> Result<()> {
        let why = match self.identities.value() {
            Some(some) if !some.is_empty() => "must be empty: signing on links them",
            Some(_) if !account.has_password() => {
                "must stay while the account has no password: set one first"
            }
            _ => return Ok(()),
        };
        Err(Error::field("identities", why))
    }

    fn shown(&self) -> Shown<'_> {
        Shown {
            field: "current_password",
            password: self.current_password.as_ref(),
            code: self.code.as_ref(),
            passkey: self.passkey.as_ref(),
        }
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
fn change_of(account: &Account, body: &Body, sends_mail: bool) -> AccountChange {
    let mut change = AccountChange {
        name: body.name.value().cloned(),
        password_hash: body.password.value().map(Password::hash),
        language: body.language.value().copied(),
        ..AccountChange::default()
    };
    if let Some(wish) = body.wish(account) {
        wish.put(&mut change, account, sends_mail);
    }
    change
}
