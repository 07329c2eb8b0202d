//! `POST /v1/me/second-factor`: begins a second factor, which counts once a code has confirmed it.
//!
//! One write puts the salt of its secret into the user's row, in place of one that was only begun;
//! the secret itself is kept nowhere. Repeated under its `Idempotency-Key`, the request has the same
//! salt.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use shared::{
    Result,
    domain::Scope,
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, step_up},
    stores::{Accounts, SecondFactor, UsedChallenges},
};

use crate::{
    confirmation::{Confirmation, Confirmer},
    second_factor,
};

/// A second factor that is to be confirmed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "BegunSecondFactor")]
struct BegunView {
    /// The secret, as it is typed into an app; shown once.
    secret: String,
    /// The same as an `otpauth` address, to be shown as a QR code.
    address: String,
}

/// The route and what it needs.
pub struct BeginSecondFactor {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
}

#[async_trait]
impl Route for BeginSecondFactor {
    fn spec() -> Spec {
        Spec::post("/v1/me/second-factor").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("Begin a second factor")
            .about(
                "An authenticator app learns the secret, and makes codes of it (RFC 6238: SHA-1, six \
                    digits, thirty seconds). Nothing asks for them until one has confirmed it: \
                    `POST /v1/me/second-factor/confirmation`, within an hour.",
            )
            .takes::<Confirmation>(Confirmation::example())
            .gives::<BegunView>(
                201,
                json!({
                    "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
                    "address": "otpauth://totp/Albumen:ana%40example%2Eorg\
                                ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Albumen",
                }),
            )
            .fails(&["second-factor-on"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (user, body) = (call.caller().await?.user, call.body::<Confirmation>()?);
        let confirmer = Confirmer { call, accounts: &self.accounts, challenges: &self.challenges };
        let opened = confirmer.open(user, body.shown()).await?;
        let factor = self.accounts.second_factor(user).await?;
        if factor.as_ref().is_some_and(SecondFactor::is_on) {
            return Err(Error::SecondFactorOn);
        }
        confirmer.use_passkey(&opened).await?;
        let salt = second_factor::salt(call)?;
        self.accounts.begin_second_factor(user, salt).await?;
        let secret = step_up::factor_secret(call, user, salt)?;
        let view =
            BegunView { secret: secret.reveal(), address: secret.address(&opened.account.email) };
        Ok(Reply::created("/v1/me", &view).uncached())
    }
}
