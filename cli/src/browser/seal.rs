//! Messages that a page seals for this program: ECDH on P-256, HKDF with SHA-256, and AES-256-GCM,
//! all of which browsers have (W3C, Web Cryptography API).
//!
//! A sealed message is the sender's public key (65 bytes, uncompressed), the nonce (12) and the
//! encrypted text with its tag, in Base64url without padding. The key of AES is derived from the
//! shared secret and both public keys.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
    hkdf::{HKDF_SHA256, Salt},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::failure::{Failure, Result};

/// The purpose that a key is derived for.
const PURPOSE: &[u8] = b"albumen login";

/// Length of a public key, uncompressed: SEC 1, section 2.3.3.
const PUBLIC_KEY: usize = 65;

/// The keys of one login.
pub struct KeyPair {
    private: PrivateKey,
    /// The public key, as the page takes it.
    pub public: String,
}

impl KeyPair {
    /// Makes keys.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn generate() -> Result<Self> {
        let failed = |_: Unspecified| Failure::NotDone("No key can be made.".to_owned());
        let private = PrivateKey::generate(&ECDH_P256).map_err(failed)?;
        let public = private.compute_public_key().map_err(failed)?;
        let public = URL_SAFE_NO_PAD.encode(public);
        Ok(Self { private, public })
    }

    /// Returns what was sealed for these keys; nothing for all else.
    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (sender, rest) = sealed.split_at_checked(PUBLIC_KEY)?;
        let (nonce, encrypted) = rest.split_at_checked(NONCE_LEN)?;
        let key = self.key_with(sender).ok()?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = encrypted.to_vec();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut text).ok()?;
        Some(plain.to_vec())
    }

    /// Returns the key that this pair has in common with a sender.
    fn key_with(&self, sender: &[u8]) -> std::result::Result<LessSafeKey, Unspecified> {
        let own = URL_SAFE_NO_PAD
            .decode(&self.public)
            .map_err(|_| Unspecified)?;
        let peer = UnparsedPublicKey::new(&ECDH_P256, sender);
        agree(&self.private, peer, Unspecified, |secret| {
            let extracted = Salt::new(HKDF_SHA256, &[]).extract(secret);
            let purpose = [PURPOSE, &own, sender];
            let key = extracted.expand(&purpose, &AES_256_GCM)?;
            Ok(LessSafeKey::new(UnboundKey::from(key)))
        })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand;

    use super::*;

    /// Seals as the page does.
    fn seal(recipient: &str, plain: &[u8]) -> String {
        let sender = KeyPair::generate().expect("keys");
        let sender_public = URL_SAFE_NO_PAD.decode(&sender.public).expect("a key");
        let recipient = URL_SAFE_NO_PAD.decode(recipient).expect("a key");
        let peer = UnparsedPublicKey::new(&ECDH_P256, &recipient);
        let key = agree(&sender.private, peer, Unspecified, |secret| {
            let extracted = Salt::new(HKDF_SHA256, &[]).extract(secret);
            let purpose = [PURPOSE, &recipient, &sender_public];
            let key = extracted.expand(&purpose, &AES_256_GCM)?;
            Ok(LessSafeKey::new(UnboundKey::from(key)))
        });
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("random bytes");
        let mut text = plain.to_vec();
        key.expect("a key")
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
            .expect("sealed");
        let message = [sender_public, nonce.to_vec(), text].concat();
        URL_SAFE_NO_PAD.encode(message)
    }

    #[test]
    fn what_is_sealed_for_a_key_is_opened_by_it_alone() {
        let pair = KeyPair::generate().expect("keys");
        let other = KeyPair::generate().expect("keys");
        let sealed = seal(&pair.public, b"a token");
        assert_eq!(pair.open(&sealed).as_deref(), Some(b"a token".as_slice()));
        assert_eq!(other.open(&sealed), None);
    }

    #[test]
    fn what_was_changed_or_is_none_is_not_opened() {
        let pair = KeyPair::generate().expect("keys");
        let sealed = seal(&pair.public, b"a token");
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).expect("bytes");
        for at in [0, 20, PUBLIC_KEY, PUBLIC_KEY + NONCE_LEN, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(pair.open(&URL_SAFE_NO_PAD.encode(&changed)), None, "byte {at}");
        }
        for length in [0, 1, PUBLIC_KEY, PUBLIC_KEY + NONCE_LEN, bytes.len() - 1] {
            let cut = URL_SAFE_NO_PAD.encode(&bytes[..length]);
            assert_eq!(pair.open(&cut), None, "{length} bytes");
        }
        assert_eq!(pair.open("not Base64!"), None);
    }
}
