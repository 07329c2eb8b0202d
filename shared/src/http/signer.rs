//! Signs what is handed out and taken back unchanged, and sums of what is not to be told: with
//! `SIGNING_KEY`, HMAC-SHA-256 (RFC 2104).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::{
    domain::{AdministratorCode, Cursor, Email, single_sign_on::ProvenIdentity},
    env::Env,
    error::{Error, Result},
};

/// Bytes of a signature that a cursor carries: 96 bits, far more than anyone can try.
const SHORT: usize = 12;

/// Signs, and knows what it has signed.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// The signer with the key `SIGNING_KEY`, at least 32 characters.
    pub fn connect(env: &Env) -> Result<Self> {
        let key = env.get("SIGNING_KEY")?;
        if key.len() < 32 {
            return Err(Error::internal("SIGNING_KEY has fewer than 32 characters"));
        }
        Self::new(key.as_bytes())
    }

    /// The signer with this key.
    pub fn new(key: &[u8]) -> Result<Self> {
        Hmac::new_from_slice(key).map(Self).map_err(Error::internal)
    }

    /// The keyed sum by which an address is kept that gets no more mail.
    pub fn mail_stop(&self, email: &Email) -> String {
        self.sum("mail stop", email.normalised().as_bytes())
    }

    /// The keyed sum of the address that an invitation is bound to.
    pub fn invitee(&self, email: &Email) -> String {
        self.sum("invitee", email.normalised().as_bytes())
    }

    /// The keyed sum by which an identity at a provider is found.
    pub fn identity(&self, issuer: &str, subject: &str) -> String {
        self.sum("identity", &ProvenIdentity::key(issuer, subject))
    }

    /// The code that makes somebody an administrator: one a key. `./dev run` and
    /// `./dev administrator-code` make the same of it.
    pub fn administrator_code(&self) -> AdministratorCode {
        AdministratorCode::of(&self.sign("administrator code", &[]))
    }

    /// The signature of these bytes, good for this purpose only.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.mac(purpose, bytes).finalize().into_bytes().into()
    }

    /// The same in hexadecimal: a sum under which something is kept that the store must not tell.
    pub fn sum(&self, purpose: &str, bytes: &[u8]) -> String {
        hex::encode(self.sign(purpose, bytes))
    }

    fn mac(&self, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        // A purpose is one of ours and has no zero byte.
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac
    }

    /// A text that carries this value to [`Signer::open`], which takes it for the same purpose
    /// only.
    pub fn seal(&self, purpose: &str, value: &impl Serialize) -> String {
        let json = serde_json::to_vec(value).unwrap_or_default();
        let sum = &self.sign(purpose, &json)[..SHORT];
        format!("{}.{}", URL_SAFE_NO_PAD.encode(json), URL_SAFE_NO_PAD.encode(sum))
    }

    /// The value that was sealed for this purpose; `None` for what was not.
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<T> {
        let (encoded_json, encoded_sum) = text.split_once('.')?;
        let json = URL_SAFE_NO_PAD.decode(encoded_json).ok()?;
        let sum = URL_SAFE_NO_PAD.decode(encoded_sum).ok()?;
        if sum.len() != SHORT {
            return None;
        }
        self.mac(purpose, &json).verify_truncated_left(&sum).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// A cursor of this list at this sort key. A list is a path.
    pub fn cursor(&self, list: &str, key: &impl Serialize) -> Cursor {
        Cursor::from(self.seal(&format!("cursor {list}"), key))
    }

    /// The sort key of a cursor of this list.
    pub fn sort_key<K: DeserializeOwned>(&self, list: &str, cursor: &str) -> Option<K> {
        self.open(&format!("cursor {list}"), cursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer() -> Signer {
        Signer::new(&[7; 32]).expect("a key")
    }

    proptest! {
        #[test]
        fn a_cursor_gives_back_its_key_to_its_own_list_only(
            key: (i64, String),
            place in any::<usize>(),
            letter in any::<char>(),
        ) {
            let cursor = signer().seal("cursor /v1/albums", &key);
            prop_assert_eq!(signer().sort_key::<(i64, String)>("/v1/albums", &cursor), Some(key));
            prop_assert_eq!(signer().sort_key::<(i64, String)>("/v1/trash", &cursor), None);
            let mut letters: Vec<char> = cursor.chars().collect();
            let index = place % letters.len();
            letters[index] = letter;
            let tampered: String = letters.into_iter().collect();
            prop_assume!(tampered != cursor);
            prop_assert_eq!(signer().sort_key::<(i64, String)>("/v1/albums", &tampered), None);
        }
    }

    /// `local` and `scripts` compute the same code, and have the same test.
    #[test]
    fn a_key_has_one_code_for_administrators() {
        let signer = Signer::new(b"a key of at least 32 characters.").expect("a key");
        assert_eq!(signer.administrator_code().reveal(), "u7uu-s4ik-cb6m-shev-w76q-ty2v-57yg-fnly");
    }

    #[test]
    fn another_key_opens_nothing() {
        let other = Signer::new(&[8; 32]).expect("a key");
        assert_eq!(other.open::<u8>("x", &signer().seal("x", &1)), None);
    }
}
