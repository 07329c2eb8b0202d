//! `POST /v1/me/passkeys/challenge`: begins a passkey.
//!
//! A code of the second factor is used by one conditional write; nothing else is written. Repeated
//! under its `Idempotency-Key`, the request has the same challenge but for the moment of its end.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Scope, password::Password, second_factor::FactorCode},
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, MailQueue, Passkey},
};

use crate::{
    passkeys::{RelyingParty, challenge, options::CreationOptions},
    second_factor::{CodeTaker, open_account},
};

request! {
    /// That it is really its owner who asks.
    struct Body {
        /// The account's password.
        password: Password,
        /// A code of the second factor's app, or a recovery code: where it is on.
        code: Option<FactorCode>,
    }
}

/// The route and what it needs.
pub struct BeginPasskey {
    /// Accounts.
    pub accounts: Accounts,
    /// The queue of mails.
    pub mail_queue: MailQueue,
}

#[async_trait]
impl Route for BeginPasskey {
    fn spec() -> Spec {
        Spec::post("/v1/me/passkeys/challenge").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Begin a passkey")
            .about(
                "The answer is what `PublicKeyCredential.parseCreationOptionsFromJSON()` of a browser \
                    reads. What `navigator.credentials.create()` makes of it is sent to \
                    `POST /v1/me/passkeys`, within ten minutes.",
            )
            .takes::<Body>(json!({"password": "a quiet orange lighthouse"}))
            .gives::<CreationOptions>(200, CreationOptions::example())
            .fails(&["full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Body>()?);
        let account = open_account(call, &self.accounts, user, "password", &body.password).await?;
        let passkeys = self.accounts.passkeys(user).await?;
        if passkeys.len() >= Passkey::MOST {
            return Err(Error::Full { what: "passkeys", most: Passkey::MOST });
        }
        CodeTaker { call, accounts: &self.accounts, mail_queue: &self.mail_queue }
            .step_up(user, body.code.as_ref())
            .await?;
        let challenge = challenge::for_registration(call, &account)?;
        let party = RelyingParty::of(call);
        let options = CreationOptions::new(party, &account, &passkeys, challenge);
        Ok(Reply::ok(&options).uncached())
    }
}
