//! Bearer tokens: 256 random bits, shown once, kept only as their hash.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{id::random_bytes, invitations::INVITATION_DAYS};

/// Starts every token, so that secret scanners know one when they see it.
const PREFIX: &str = "albumen_";

/// A session's secret. Prints as `…`.
pub struct Token(String);

impl Token {
    /// A fresh one.
    pub fn new() -> Self {
        Self::of(&random_bytes())
    }

    /// The token of these 256 secret bits.
    pub fn of(bits: &[u8; 32]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits)))
    }

    /// Takes a token that a caller sent.
    pub fn sent(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text that the caller keeps.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the hash that the stores hold: SHA-256 in hex. A token has 256 random bits, so a
    /// slow hash would add nothing.
    pub fn hash(&self) -> String {
        hex::encode(self.digest())
    }

    /// The same as bytes.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// The purpose of a token that a mail carries: it is good for no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPurpose {
    /// Shows that an address is its user's.
    Verification,
    /// Replaces a password that is forgotten.
    PasswordReset,
    /// Leads to an invitation.
    Invitation,
}

impl TokenPurpose {
    /// The purpose's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::PasswordReset => "password-reset",
            Self::Invitation => "invitation",
        }
    }

    /// Seconds for which such a token is good: a week, an hour, and as long as an invitation.
    pub fn lasts(self) -> i64 {
        match self {
            Self::Verification => 7 * 24 * 3600,
            Self::PasswordReset => 3600,
            Self::Invitation => INVITATION_DAYS * 24 * 3600,
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_hash_alike_and_never_print() {
        let token = Token::new();
        assert_ne!(token.reveal(), Token::new().reveal());
        assert_eq!(token.hash(), Token::sent(token.reveal()).hash());
        assert_eq!(format!("{token:?}"), "…");
    }
}
