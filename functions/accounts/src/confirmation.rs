//! That it is really the account's owner who asks for what is dangerous, and not a thief of a
//! session: by the password, with a code where the second factor is on, or by a passkey, which
//! stands for both and needs neither.
//!
//! Code and challenge are looked at first and used up last: a request that is refused for another
//! reason leaves them as they are.

use shared::{
    Result,
    domain::{UserId, password::Password, second_factor::FactorCode},
    error::Error,
    http::{
        Call, Policy,
        step_up::{CodeTaker, open_account},
    },
    request,
    stores::{Account, Accounts, MailQueue, UsedChallenges},
};

use crate::{
    passkey_use::{PasskeyTaker, SignedFor, SignedPasskey},
    passkeys::credential::SigningPasskey,
};

request! {
    /// That it is really the account's owner who asks: a password, or a passkey.
    pub(crate) struct Confirmation {
        /// The account's password.
        pub password: Option<Password>,
        /// A code of the second factor's app, or a recovery code: beside the password, where it is
        /// on.
        pub code: Option<FactorCode>,
        /// In place of both, the `toJSON()` of what `navigator.credentials.get()` has made with a
        /// challenge for this user: `GET /v1/sessions/passkey?user=…`.
        pub passkey: Option<SigningPasskey>,
    }
}

impl Confirmation {
    /// An example of a body.
    pub fn example() -> serde_json::Value {
        serde_json::json!({"password": "a quiet orange lighthouse"})
    }

    /// Returns what is shown.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            field: "password",
            password: self.password.as_ref(),
            code: self.code.as_ref(),
            passkey: self.passkey.as_ref(),
        }
    }
}

/// The part of a request that confirms that it is its owner's.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The field that has the password.
    pub field: &'static str,
    /// The password.
    pub password: Option<&'a Password>,
    /// A code of the second factor.
    pub code: Option<&'a FactorCode>,
    /// A passkey that has signed.
    pub passkey: Option<&'a SigningPasskey>,
}

/// An account that its owner has opened, with what is left to be used up.
pub(crate) struct Opened<'a> {
    /// The account.
    pub account: Account,
    by: By<'a>,
}

enum By<'a> {
    Password(Option<&'a FactorCode>),
    Passkey(Box<SignedPasskey>),
}

/// Takes confirmations.
pub(crate) struct Confirmer<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// Accounts.
    pub accounts: &'a Accounts,
    /// The challenges that were used.
    pub challenges: &'a UsedChallenges,
}

impl Confirmer<'_> {
    /// Opens the user's account by password or passkey. The try is counted, and nothing used up.
    ///
    /// # Errors
    /// [`Error::TooMany`]; [`Error::Invalid`] for neither, for both, and for a wrong one.
    pub async fn open<'b>(&self, user: UserId, shown: Shown<'b>) -> Result<Opened<'b>> {
        match (shown.password, shown.passkey) {
            (Some(password), None) => {
                let field = shown.field;
                let account = open_account(self.call, self.accounts, user, field, password).await?;
                Ok(Opened { account, by: By::Password(shown.code) })
            }
            (None, Some(passkey)) => {
                self.call.limit(Policy::LogIn, &user.to_string()).await?;
                let signed = self.taker().verify(user, passkey).await?;
                let account = self.accounts.find(user).await?;
                let account = account.ok_or(Error::NotFound { what: "user" })?;
                Ok(Opened { account, by: By::Passkey(Box::new(signed)) })
            }
            (Some(_), Some(_)) => {
                Err(Error::field("passkey", "stands in place of the password: send one of them"))
            }
            (None, None) => Err(Error::field(shown.field, "is required, or a passkey")),
        }
    }

    /// Uses up what the account was opened by, where a passkey has opened it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a challenge that was used before.
    pub async fn use_passkey(&self, opened: &Opened<'_>) -> Result<()> {
        match &opened.by {
            By::Password(_) => Ok(()),
            By::Passkey(signed) => self.taker().use_up(signed).await,
        }
    }

    /// Uses up what the account was opened by: a code where the second factor is on, or the
    /// passkey. Whatever becomes of the request, it was used: all else that may be refused is
    /// looked at before.
    ///
    /// # Errors
    /// As [`Confirmer::use_passkey`] and [`CodeTaker::step_up`].
    pub async fn take(&self, opened: &Opened<'_>, mail_queue: &MailQueue) -> Result<()> {
        match opened.by {
            By::Passkey(_) => self.use_passkey(opened).await,
            By::Password(code) => {
                CodeTaker { call: self.call, accounts: self.accounts, mail_queue }
                    .step_up(opened.account.id, code)
                    .await
            }
        }
    }

    fn taker(&self) -> PasskeyTaker<'_> {
        PasskeyTaker {
            call: self.call,
            accounts: self.accounts,
            challenges: self.challenges,
            purpose: SignedFor::Confirmation,
        }
    }
}
