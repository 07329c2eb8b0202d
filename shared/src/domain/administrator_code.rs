//! The code that makes whoever has it an administrator, once.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::schema::schemas;

/// Letters and digits of a code.
const LENGTH: usize = 32;

/// Letters and digits of a group of them.
const GROUP: usize = 4;

/// The most characters as typed, with spaces or hyphens between groups.
const MOST: usize = 100;

/// A code of 160 bits. It has as many as nobody guesses, so it is kept as its plain SHA-256, as
/// tokens are. Prints as `…`.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct AdministratorCode(String);

impl AdministratorCode {
    /// Returns the code of the first 160 of these bits.
    pub fn of(bits: &[u8; 32]) -> Self {
        Self(BASE32_NOPAD.encode(&bits[..20]).to_lowercase())
    }

    /// Returns the text that is printed, in groups: `k5xw-4z3b-…`.
    pub fn reveal(&self) -> String {
        let mut text = String::new();
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// Returns the sum under which it is kept, and by which two are compared.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

schemas! {
    AdministratorCode {"type": "string", "minLength": LENGTH, "maxLength": MOST}
}

impl TryFrom<String> for AdministratorCode {
    type Error = &'static str;

    fn try_from(typed: String) -> Result<Self, &'static str> {
        const REFUSAL: &str = "must be a code of 32 letters and digits, in groups of four";
        if typed.chars().count() > MOST {
            return Err(REFUSAL);
        }
        let mut text = String::new();
        for letter in typed.chars() {
            if !letter.is_whitespace() && letter != '-' {
                text.push(letter.to_ascii_lowercase());
            }
        }
        let is_code = text.len() == LENGTH
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
        if is_code { Ok(Self(text)) } else { Err(REFUSAL) }
    }
}

impl fmt::Debug for AdministratorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = AdministratorCode::of(&[7; 32]);
        let shown = code.reveal();
        assert_eq!(shown, "a4dq-obyh-a4dq-obyh-a4dq-obyh-a4dq-obyh");
        for typed in [shown.to_uppercase(), shown.replace('-', " "), shown.replace('-', "")] {
            let read = AdministratorCode::try_from(typed).expect("a code");
            assert_eq!(read.digest(), code.digest());
        }
    }

    #[test]
    fn what_is_no_code_is_refused_and_none_prints() {
        let long = "a".repeat(101);
        let almost = "a".repeat(31);
        let foreign = "1".repeat(32);
        for bad in ["", &long, &almost, &foreign, "ä4dqobyha4dqobyha4dqobyha4dqobyh"] {
            assert!(AdministratorCode::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        assert_eq!(format!("{:?}", AdministratorCode::of(&[7; 32])), "…");
    }
}
