//! `POST /v1/sessions/passkey`: log-in by a passkey, which stands for password and second factor.
//!
//! Once the signature is right, one conditional write uses the challenge, and one the passkey; both
//! name the request. So of any number of requests with one answer of an authenticator one is let
//! in, and one that is repeated under its `Idempotency-Key` goes on. Sessions begin as
//! [`SessionStart`] says. One that began while its passkey was removed is ended at once.
//!
//! An authenticator that has not counted on is refused: it, or another one before it, is a copy
//! that its maker has not made.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{UserId, example},
    error::Error,
    http::{Call, Doc, Policy, Reply, Route, Signer, Spec},
    request,
    stores::{Accounts, KnownNetworks, MailQueue, Passkey, PasskeyUse, Sessions, UsedChallenges},
};

use crate::{
    list_sessions::session,
    login_attempts,
    passkeys::{
        Refusal, RelyingParty,
        ceremonies::{self, KeptKey, SignedLogIn},
        challenge::Challenge,
        credential::SigningPasskey,
    },
    session_start::{BegunView, SessionStart, Wanted, check_open},
};

request! {
    /// The log-in of whoever has the passkey.
    struct Body {
        /// The `toJSON()` of what `navigator.credentials.get()` has made.
        credential: SigningPasskey,
        /// True for a cookie, as pages want it; the token is then not shown.
        cookie: Option<bool>,
    }
}

/// The route and what it needs.
pub struct CreatePasskeySession {
    /// Accounts.
    pub accounts: Accounts,
    /// The challenges that were used.
    pub challenges: UsedChallenges,
    /// Sessions.
    pub sessions: Sessions,
    /// From where users have logged in.
    pub networks: KnownNetworks,
    /// The queue of mails.
    pub mail_queue: MailQueue,
    /// True where an address counts only once a mail has shown that it is its user's.
    pub needs_verified: bool,
}

#[async_trait]
impl Route for CreatePasskeySession {
    fn spec() -> Spec {
        Spec::post("/v1/sessions/passkey")
            .open()
            .limited(Policy::LogIn)
    }

    fn doc() -> Doc {
        Doc::new("Log in by a passkey")
            .about(
                "It takes no password, and no code where a second factor is on: the passkey has \
                    verified its user.",
            )
            .takes::<Body>(json!({
                "credential": {
                    "id": "-R85HbTJsv3g6nAYnLo_tj9XmmEisz",
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0Ii",
                        "authenticatorData": "v6vDdDKViwYzYNOtZGHJxHNa5_jt1GWSpeDwFFKy5LUd",
                        "signature": "MEUCIDrdkYSmoGEo60z8",
                        "userHandle": "AZq-tnu0eP2-8Y6zv1EtlA",
                    },
                },
                "cookie": true,
            }))
            .gives::<BegunView>(201, example::with(session(), &json!({"token": "albumen_Zm9v…"})))
            .fails(&["wrong-credentials", "address-not-verified", "closing", "suspended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let body: Body = call.body()?;
        let (user, passkey) = self.known(&body.credential).await?;
        let party = RelyingParty::of(call);
        let (challenge, log_in) =
            verify(call.signer()?, &body.credential, &passkey, party).map_err(wrong)?;
        let account = self.accounts.find(user).await?;
        let account = account.ok_or(Error::WrongCredentials)?;
        check_open(&account, self.needs_verified)?;
        self.use_up(call, &challenge, user, &passkey, log_in)
            .await?;
        let was_here = login_attempts::was_here(call, &self.networks, user).await?;
        let start = SessionStart {
            call,
            accounts: &self.accounts,
            sessions: &self.sessions,
            networks: &self.networks,
            mail_queue: &self.mail_queue,
        };
        let wanted = Wanted::log_in(body.cookie.unwrap_or(false), was_here);
        let reply = start.begin(&account, wanted).await?;
        if self.accounts.passkey(user, passkey.id).await?.is_none() {
            self.sessions.end(user, start.id(&account)).await?;
            return Err(Error::WrongCredentials);
        }
        Ok(reply)
    }
}

impl CreatePasskeySession {
    /// Returns the passkey that is said to have signed, and whose it is. Who has no such passkey
    /// is told the same as whose passkey has not signed.
    async fn known(&self, signing: &SigningPasskey) -> Result<(UserId, Passkey)> {
        let user = ceremonies::user_of(signing).ok_or(Error::WrongCredentials)?;
        let passkey = self
            .accounts
            .passkey_of_credential(user, &signing.id.0)
            .await?;
        Ok((user, passkey.ok_or(Error::WrongCredentials)?))
    }

    /// Uses the challenge and the passkey.
    async fn use_up(
        &self,
        call: &Call<'_>,
        challenge: &Challenge,
        user: UserId,
        passkey: &Passkey,
        log_in: SignedLogIn,
    ) -> Result<()> {
        let request = call.name("use of a challenge")?;
        let is_first = self
            .challenges
            .use_up(&challenge.name, challenge.until, &request)
            .await?;
        if !is_first {
            return Err(wrong(Refusal::Challenge));
        }
        let passkey_use = PasskeyUse {
            sign_count: log_in.sign_count,
            backed_up: log_in.backed_up,
            request: &request,
        };
        if self
            .accounts
            .use_passkey(user, passkey.id, passkey_use)
            .await?
        {
            return Ok(());
        }
        tracing::warn!(passkey = %passkey.id, "the authenticator of a passkey has not counted on");
        Err(Error::WrongCredentials)
    }
}

/// Holds that the passkey has signed a challenge of ours.
fn verify(
    signer: &Signer,
    signing: &SigningPasskey,
    passkey: &Passkey,
    party: RelyingParty<'_>,
) -> Result<(Challenge, SignedLogIn), Refusal> {
    let challenge = ceremonies::signed_challenge(signing, party)?;
    let challenge = Challenge::of_log_in(signer, &challenge)?;
    let kept =
        KeptKey { public_key: &passkey.public_key, backup_eligible: passkey.backup_eligible };
    let log_in = ceremonies::log_in(&signing.response, kept, party)?;
    Ok((challenge, log_in))
}

/// Tells the log why, and the caller only that it is wrong.
fn wrong(refusal: Refusal) -> Error {
    tracing::info!(refusal = %refusal, "a log-in by a passkey is refused");
    Error::WrongCredentials
}
