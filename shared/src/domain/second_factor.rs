//! The second factor of a log-in: codes that an app makes of a secret and the time (RFC 6238), and
//! recovery codes for the day on which the app is lost.
//!
//! The numbers are those that every authenticator app takes: HMAC-SHA-1, six digits, thirty
//! seconds. SHA-1 is broken where somebody may choose what is summed; in an HMAC nobody does.

use std::fmt;

use data_encoding::{BASE32_NOPAD, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::{Moment, schema::schemas};

/// Seconds of a step: a code is good for one.
const STEP: i64 = 30;

/// The number of codes that six digits can be.
const CODES: u32 = 1_000_000;

/// The secret that an app makes codes of: 160 bits, as RFC 4226 asks for. Prints as `…`.
pub struct FactorSecret([u8; 20]);

impl FactorSecret {
    /// Returns the secret that these bits begin with.
    pub fn of(bits: &[u8; 32]) -> Self {
        let mut secret = [0; 20];
        secret.copy_from_slice(&bits[..20]);
        Self(secret)
    }

    /// Returns the secret as people type it into an app: 32 letters and digits.
    pub fn reveal(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// Returns the `otpauth` address by which an app learns the secret, and the account's name for
    /// its list.
    pub fn address(&self, account: &str) -> String {
        let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
        let secret = self.reveal();
        format!("otpauth://totp/Albumen:{account}?secret={secret}&issuer=Albumen")
    }

    /// Returns the step whose code this is: the one of that moment, or one beside it, for clocks
    /// that differ and people who type slowly.
    pub fn step_of(&self, code: AppCode, at: Moment) -> Option<u64> {
        let step = u64::try_from(at.epoch() / STEP).ok()?;
        let steps = [step, step.saturating_sub(1), step + 1];
        steps.into_iter().find(|step| self.code(*step) == code)
    }

    /// Returns the code of a step, as RFC 4226, section 5.3 has it.
    fn code(&self, step: u64) -> AppCode {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("a key may have any length");
        mac.update(&step.to_be_bytes());
        let sum: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(sum[19] & 0xf);
        let mut word = [0; 4];
        word.copy_from_slice(&sum[offset..offset + 4]);
        AppCode((u32::from_be_bytes(word) & 0x7fff_ffff) % CODES)
    }
}

impl fmt::Debug for FactorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A code that an app shows: six digits. Prints as `…`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AppCode(u32);

impl fmt::Debug for AppCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A recovery code: 120 bits, good for one use. Prints as `…`.
///
/// It has as many bits as nobody guesses, so it is kept as its plain SHA-256, as tokens are.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// The number of codes that a user has at first.
    pub const COUNT: usize = 10;
    /// Letters and digits of a code.
    const LENGTH: usize = 24;
    /// Letters and digits of a group of them.
    const GROUP: usize = 4;

    /// Returns the code of the first 120 of these bits.
    pub fn of(bits: &[u8; 32]) -> Self {
        Self(BASE32_NOPAD.encode(&bits[..15]).to_lowercase())
    }

    /// Returns the text that its user keeps, in groups: `k5xw-4z3b-…`.
    pub fn reveal(&self) -> String {
        let mut text = String::new();
        for (index, letter) in self.0.chars().enumerate() {
            if index > 0 && index % Self::GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// Returns the sum under which it is kept.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// A code as a person types it: of the app, or for recovery. Prints as `…`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum FactorCode {
    /// A code of the app.
    App(AppCode),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl FactorCode {
    /// The most characters as typed, with spaces or hyphens between groups.
    const MOST: usize = 64;
}

schemas! {
    FactorCode {"type": "string", "minLength": 6, "maxLength": Self::MOST}
}

impl TryFrom<String> for FactorCode {
    type Error = &'static str;

    fn try_from(typed: String) -> Result<Self, &'static str> {
        const REFUSAL: &str = "must be the six digits of the app, or a recovery code";
        if typed.chars().count() > Self::MOST {
            return Err(REFUSAL);
        }
        // A keyboard may write digits twice as wide.
        let mut text = String::new();
        for letter in typed.nfkc() {
            if !letter.is_whitespace() && letter != '-' {
                text.extend(letter.to_lowercase());
            }
        }
        if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let digits = text.parse().map_err(|_| REFUSAL)?;
            return Ok(Self::App(AppCode(digits)));
        }
        let is_recovery = text.len() == RecoveryCode::LENGTH && is_base32(&text);
        if is_recovery { Ok(Self::Recovery(RecoveryCode(text))) } else { Err(REFUSAL) }
    }
}

impl fmt::Debug for FactorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Returns true if this is base32 in lower case.
fn is_base32(text: &str) -> bool {
    const BASE32: &Encoding = &BASE32_NOPAD;
    BASE32.decode(text.to_uppercase().as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret(text: &str) -> FactorSecret {
        FactorSecret(text.as_bytes().try_into().expect("twenty bytes"))
    }

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn read(text: &str) -> Result<FactorCode, &'static str> {
        FactorCode::try_from(text.to_owned())
    }

    /// The vectors of RFC 6238, appendix B, whose last six digits are the code.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = secret("12345678901234567890");
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let step = u64::try_from(seconds / STEP).expect("a step");
            assert_eq!(secret.code(step).0, code % CODES, "{seconds}");
        }
    }

    #[test]
    fn an_app_learns_the_secret_by_its_address() {
        let secret = secret("12345678901234567890");
        assert_eq!(secret.reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            secret.address("ana+b@example.org"),
            "otpauth://totp/Albumen:ana%2Bb%40example%2Eorg\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Albumen"
        );
    }

    proptest! {
        #[test]
        fn a_code_is_good_in_its_own_step_and_those_beside_it(
            bits in any::<[u8; 32]>(),
            second in 1_000_i64..4_000_000_000,
            apart in -10_i64..=10,
        ) {
            let secret = FactorSecret::of(&bits);
            let step = u64::try_from(second / STEP).expect("a step");
            let code = secret.code(step);
            let found = secret.step_of(code, at(second + apart * STEP));
            match found {
                Some(found) if apart.abs() <= 1 => prop_assert_eq!(secret.code(found), code),
                None if apart.abs() <= 1 => prop_assert!(false, "its own code is refused"),
                // Another step may have the same code, once in a million.
                Some(found) => prop_assert_ne!(found, step),
                None => {}
            }
        }

        #[test]
        fn a_recovery_code_is_the_same_however_it_is_typed(bits in any::<[u8; 32]>()) {
            let code = RecoveryCode::of(&bits);
            let shown = code.reveal();
            prop_assert_eq!(shown.len(), 29);
            for typed in [shown.clone(), shown.to_uppercase(), shown.replace('-', " "),
                          shown.replace('-', "")] {
                prop_assert_eq!(read(&typed), Ok(FactorCode::Recovery(code.clone())));
            }
        }

        #[test]
        fn any_text_is_a_code_or_refused(text in ".*") {
            let _ = read(&text);
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        assert_eq!(read(" 012 345 "), Ok(FactorCode::App(AppCode(12_345))));
        assert_eq!(read("\u{ff10}\u{ff11}2345"), Ok(FactorCode::App(AppCode(12_345))));
        let long = "1".repeat(1000);
        let almost = "a".repeat(23);
        let foreign = "1".repeat(24);
        for bad in ["", "12345", "1234567", "12345a", "½½½", &long, &almost, &foreign] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn secrets_never_print() {
        let code = read("123456").expect("a code");
        let recovery = RecoveryCode::of(&[7; 32]);
        let printed = format!("{:?}{code:?}{recovery:?}", FactorSecret::of(&[7; 32]));
        assert_eq!(printed, "………");
    }
}
