//! `POST /v1/me/passkeys/challenge`: begins a passkey.
//!
//! A code of the second factor, or a passkey's challenge, is used by one conditional write; nothing
//! else is written. Repeated under its `Idempotency-Key`, the request has the same challenge but for
//! the moment of its end.

use async_trait::async_trait;
use shared::{
    Result,
    domain::Scope,
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, MailQueue, Passkey, UsedChallenges},
};

use crate::{
    confirmation::{Confirmation, Confirmer},
    passkeys::{RelyingParty, challenge, options::CreationOptions},
};

/// The route and what it needs.
pub struct BeginPasskey {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
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
            .takes::<Confirmation>(Confirmation::example())
            .gives::<CreationOptions>(200, CreationOptions::example())
            .fails(&["full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Confirmation>()?);
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = confirmer.open(user, body.shown()).await?;
        let passkeys = self.accounts.passkeys(user).await?;
        if passkeys.len() >= Passkey::MOST {
            return Err(Error::Full { what: "passkeys", most: Passkey::MOST });
        }
        confirmer.take(&opened, &self.mail_queue).await?;
        let account = &opened.account;
        let challenge = challenge::for_registration(call, account)?;
        let party = RelyingParty::of(call);
        let options = CreationOptions::new(party, account, &passkeys, challenge);
        Ok(Reply::ok(&options).uncached())
    }
}
