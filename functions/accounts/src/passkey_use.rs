//! Passkeys that have signed: found, held against what they have signed, and used once.
//!
//! Once the signature is right, one conditional write uses the challenge, and one the passkey; both
//! name the request. So of any number of requests with one answer of an authenticator one goes
//! through, and one that is repeated goes on.
//!
//! An authenticator that has not counted on is refused: it, or another one before it, is a copy
//! that its maker has not made.

use shared::{
    Result,
    domain::{PasskeyId, UserId},
    error::Error,
    http::{Call, Signer},
    stores::{Accounts, Passkey, PasskeyUse, UsedChallenges},
};

use crate::passkeys::{
    Refusal, RelyingParty,
    ceremonies::{self, KeptKey, SignedLogIn},
    challenge::Challenge,
    credential::SigningPasskey,
};

/// The purpose that a passkey has signed for. A challenge is good for its own alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedFor {
    /// A log-in.
    LogIn,
    /// The confirmation of something dangerous.
    Confirmation,
}

/// A passkey that has signed, not used yet.
pub(crate) struct SignedPasskey {
    user: UserId,
    passkey: Passkey,
    challenge: Challenge,
    log_in: SignedLogIn,
}

impl SignedPasskey {
    /// The passkey.
    pub fn id(&self) -> PasskeyId {
        self.passkey.id
    }
}

/// Takes what passkeys have signed.
pub(crate) struct PasskeyTaker<'a> {
    /// The request.
    pub call: &'a Call<'a>,
    /// Accounts.
    pub accounts: &'a Accounts,
    /// The challenges that were used.
    pub challenges: &'a UsedChallenges,
    /// The purpose that passkeys must have signed for.
    pub purpose: SignedFor,
}

impl PasskeyTaker<'_> {
    /// Returns the passkey of this user that has signed, once the signature is right.
    ///
    /// # Errors
    /// The refusal of the purpose. Who has no such passkey is told the same as whose passkey has not
    /// signed.
    pub async fn verify(&self, user: UserId, signing: &SigningPasskey) -> Result<SignedPasskey> {
        let passkey = self
            .accounts
            .passkey_of_credential(user, &signing.id.0)
            .await?;
        let passkey = passkey.ok_or_else(|| self.wrong())?;
        let signer = self.call.signer()?;
        let (challenge, log_in) = self
            .check(signer, user, signing, &passkey)
            .map_err(|refusal| self.refused(refusal))?;
        Ok(SignedPasskey { user, passkey, challenge, log_in })
    }

    fn check(
        &self,
        signer: &Signer,
        user: UserId,
        signing: &SigningPasskey,
        passkey: &Passkey,
    ) -> Result<(Challenge, SignedLogIn), Refusal> {
        let party = RelyingParty::of(self.call);
        let challenge = ceremonies::signed_challenge(signing, party)?;
        let challenge = match self.purpose {
            SignedFor::LogIn => Challenge::of_log_in(signer, &challenge)?,
            SignedFor::Confirmation => Challenge::of_confirmation(signer, user, &challenge)?,
        };
        let kept =
            KeptKey { public_key: &passkey.public_key, backup_eligible: passkey.backup_eligible };
        let log_in = ceremonies::log_in(&signing.response, kept, party)?;
        Ok((challenge, log_in))
    }

    /// Uses the challenge and the passkey.
    ///
    /// # Errors
    /// As [`PasskeyTaker::verify`], when another request has used them.
    pub async fn use_up(&self, signed: &SignedPasskey) -> Result<()> {
        let request = self.call.name("use of a challenge")?;
        let challenge = &signed.challenge;
        let is_first = self
            .challenges
            .use_up(&challenge.name, challenge.until, &request)
            .await?;
        if !is_first {
            return Err(self.refused(Refusal::Challenge));
        }
        let passkey_use = PasskeyUse {
            sign_count: signed.log_in.sign_count,
            backed_up: signed.log_in.backed_up,
            request: &request,
        };
        if self
            .accounts
            .use_passkey(signed.user, signed.passkey.id, passkey_use)
            .await?
        {
            return Ok(());
        }
        let passkey = signed.passkey.id;
        tracing::warn!(%passkey, "the authenticator of a passkey has not counted on");
        Err(self.wrong())
    }

    /// Tells the log why, and the caller only that it is wrong.
    fn refused(&self, refusal: Refusal) -> Error {
        tracing::info!(refusal = %refusal, purpose = ?self.purpose, "a passkey is refused");
        self.wrong()
    }

    fn wrong(&self) -> Error {
        match self.purpose {
            SignedFor::LogIn => Error::WrongCredentials,
            SignedFor::Confirmation => Error::field("passkey", "is not right"),
        }
    }
}
