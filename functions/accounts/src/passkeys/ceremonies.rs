//! The two ceremonies, as far as they need no store ([sections 7.1 and
//! 7.2](https://www.w3.org/TR/webauthn-3/#sctn-rp-operations)).

use ciborium::Value;
use sha2::{Digest, Sha256};
use shared::domain::UserId;
use uuid::{Uuid, Version};

use super::{
    Refusal, RelyingParty,
    authenticator_data::AuthenticatorData,
    client_data::{self, Ceremony},
    credential::{Assertion, MadePasskey, SigningPasskey},
    public_key::PublicKey,
};

/// The most bytes of a public key that is kept: RSA with 8192 bits.
const LONGEST_KEY: usize = 1100;

/// A passkey that may be added, once its challenge is good.
#[derive(Debug)]
pub struct Registration {
    /// The challenge that came back, in base64url.
    pub challenge: String,
    /// The id of the credential.
    pub credential_id: Vec<u8>,
    /// Its public key, a `COSE_Key`.
    pub public_key: Vec<u8>,
    /// The authenticator's count of signatures.
    pub sign_count: u32,
    /// True if it may be copied to other devices of its user.
    pub backup_eligible: bool,
    /// True if it was.
    pub backed_up: bool,
}

/// A log-in that a passkey has signed, once its challenge is good.
#[derive(Clone, Copy, Debug)]
pub struct SignedLogIn {
    /// The authenticator's count of signatures.
    pub sign_count: u32,
    /// True if the passkey was copied to other devices of its user.
    pub backed_up: bool,
}

/// The key that is kept of the passkey that is to have signed.
#[derive(Clone, Copy)]
pub struct KeptKey<'a> {
    /// Its public key, a `COSE_Key`.
    pub public_key: &'a [u8],
    /// True if it may be copied to other devices of its user, which never changes.
    pub backup_eligible: bool,
}

/// Reads a passkey that was made for this relying party.
///
/// # Errors
/// [`Refusal`].
pub fn registration(made: &MadePasskey, party: RelyingParty<'_>) -> Result<Registration, Refusal> {
    let client_data = &made.response.client_data.0;
    let challenge = client_data::challenge(client_data, Ceremony::Registration, party)?;
    let attestation = &made.response.object.0;
    let bytes = authenticator_data_of(attestation).ok_or(Refusal::AuthenticatorData)?;
    let data = AuthenticatorData::read(&bytes)?;
    check(&data, party)?;
    let credential = data.credential.as_ref().ok_or(Refusal::AuthenticatorData)?;
    if credential.id != made.id.0 {
        return Err(Refusal::Id);
    }
    if credential.public_key.len() > LONGEST_KEY {
        return Err(Refusal::PublicKey);
    }
    PublicKey::read(credential.public_key)?;
    Ok(Registration {
        challenge,
        credential_id: credential.id.to_vec(),
        public_key: credential.public_key.to_vec(),
        sign_count: data.sign_count,
        backup_eligible: data.is_backup_eligible(),
        backed_up: data.is_backed_up(),
    })
}

/// Returns the challenge that a passkey has signed, in base64url.
///
/// # Errors
/// [`Refusal`] for another page, or another ceremony.
pub fn signed_challenge(
    signing: &SigningPasskey,
    party: RelyingParty<'_>,
) -> Result<String, Refusal> {
    client_data::challenge(&signing.response.client_data.0, Ceremony::LogIn, party)
}

/// Returns the user whose handle a passkey has sent along.
pub fn user_of(signing: &SigningPasskey) -> Option<UserId> {
    let handle = signing.response.user_handle.as_ref()?;
    let id = Uuid::from_slice(&handle.0).ok()?;
    (id.get_version() == Some(Version::SortRand)).then(|| UserId::from_uuid(id))
}

/// Holds that this passkey has signed for this relying party, and that its user was verified.
///
/// # Errors
/// [`Refusal`].
pub fn log_in(
    answer: &Assertion,
    kept: KeptKey<'_>,
    party: RelyingParty<'_>,
) -> Result<SignedLogIn, Refusal> {
    let bytes = &answer.authenticator_data.0;
    let data = AuthenticatorData::read(bytes)?;
    check(&data, party)?;
    if data.is_backup_eligible() != kept.backup_eligible {
        return Err(Refusal::Copies);
    }
    let key = PublicKey::read(kept.public_key)?;
    key.verify(&signed(bytes, &answer.client_data.0), &answer.signature.0)?;
    Ok(SignedLogIn { sign_count: data.sign_count, backed_up: data.is_backed_up() })
}

/// Returns the bytes that an authenticator signs.
pub(super) fn signed(authenticator_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    let sum = Sha256::digest(client_data);
    [authenticator_data, sum.as_slice()].concat()
}

/// Looks at what is the same in both ceremonies.
fn check(data: &AuthenticatorData<'_>, party: RelyingParty<'_>) -> Result<(), Refusal> {
    let hash: [u8; 32] = Sha256::digest(party.id().as_bytes()).into();
    if data.party_hash != hash {
        return Err(Refusal::RelyingParty);
    }
    if !data.verifies_user() {
        return Err(Refusal::Unverified);
    }
    if data.is_backed_up() && !data.is_backup_eligible() {
        return Err(Refusal::Copies);
    }
    Ok(())
}

/// Takes the authenticator data out of an attestation object. Its statement, which would say who
/// made the authenticator, was not asked for, and nothing depends on it.
pub(super) fn authenticator_data_of(attestation_object: &[u8]) -> Option<Vec<u8>> {
    let Ok(Value::Map(members)) = ciborium::from_reader(attestation_object) else { return None };
    for (name, value) in members {
        if name.as_text() == Some("authData") {
            return value.into_bytes().ok();
        }
    }
    None
}
