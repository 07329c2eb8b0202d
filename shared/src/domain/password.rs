//! Passwords: what is strong enough, and how one is kept.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use serde::Deserialize;
use zxcvbn::{Score, zxcvbn};

use super::{id::random_bytes, schema::schemas};

/// A password as somebody typed it. Prints as `…`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(String);

impl Password {
    /// The fewest characters: NIST SP 800-63B-4 asks for at least 8 beside another factor.
    pub const LEAST: usize = 10;
    /// The most characters; keeps the strength estimate and the hash bounded.
    pub const MOST: usize = 128;

    /// Refuses what can be guessed, the owner's name and e-mail included, with advice.
    ///
    /// # Errors
    /// A sentence for the `password` field.
    pub fn check_strength(&self, about: &[&str]) -> Result<(), String> {
        let estimate = zxcvbn(&self.0, about);
        if estimate.score() >= Score::Three {
            return Ok(());
        }
        let advice = estimate.feedback().and_then(|f| f.suggestions().first().map(ToString::to_string));
        let advice = advice.unwrap_or_else(|| "Use a few uncommon words.".to_owned());
        Err(format!("is too easy to guess. {advice}"))
    }

    /// The password's argon2id hash as a PHC string, with a fresh salt. Takes about 20 ms of CPU.
    pub fn hash(&self) -> String {
        let salt: [u8; 16] = random_bytes();
        let hash = argon2().hash_password_with_salt(self.0.as_bytes(), &salt);
        hash.expect("the parameters and a salt of 16 bytes are valid").to_string()
    }

    /// Whether `hash`, a PHC string, is this password's. As slow for a wrong one as for the right
    /// one, and for a hash that is none.
    pub fn matches(&self, hash: Option<&str>) -> bool {
        match hash {
            Some(hash) => argon2().verify_password(self.0.as_bytes(), hash).is_ok(),
            // Spend the same time, so that the answer's delay does not tell who has an account.
            None => self.hash().is_empty(),
        }
    }
}

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("parameters within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

schemas! {
    Password {
            "type": "string", "format": "password", "minLength": Self::LEAST, "maxLength": Self::MOST
        }
}

impl TryFrom<String> for Password {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.chars().count() {
            Self::LEAST..=Self::MOST => Ok(Self(text)),
            _ => Err(format!("must have {} to {} characters", Self::LEAST, Self::MOST)),
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).expect("long enough")
    }

    #[test]
    fn a_hash_matches_its_password_only() {
        let hash = password("a quiet orange lighthouse").hash();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(password("a quiet orange lighthouse").matches(Some(&hash)));
        assert!(!password("a quiet orange lighthous3").matches(Some(&hash)));
        assert!(!password("a quiet orange lighthouse").matches(Some("")));
        assert!(!password("a quiet orange lighthouse").matches(None));
    }

    #[test]
    fn what_can_be_guessed_is_refused_with_advice() {
        for weak in ["password123", "1234567890", "aaaaaaaaaaaa", "annabelle.ex"] {
            let refused = password(weak).check_strength(&["annabelle.ex@example.org"]);
            assert!(refused.is_err_and(|why| why.contains(". ")), "{weak}");
        }
        assert_eq!(password("a quiet orange lighthouse").check_strength(&[]), Ok(()));
    }

    #[test]
    fn a_password_never_prints() {
        assert_eq!(format!("{:?}", password("a quiet orange lighthouse")), "…");
    }
}
