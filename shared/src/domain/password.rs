//! Passwords: what is strong enough, and how one is kept.

use std::fmt;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use super::{id::random_bytes, schema::schemas};

/// A password. Prints as `…`.
///
/// It is compared as RFC 8265 prepares one (`OpaqueString`): devices send the same letters in
/// different forms.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password {
    /// The text that is kept, as its hash.
    prepared: String,
    /// Hashes from before passwords were prepared are of what was typed.
    typed: String,
}

impl Password {
    /// The fewest characters: NIST SP 800-63B-4 asks for at least 8 beside another factor.
    pub const LEAST: usize = 10;
    /// The most characters; keeps the strength estimate and the hash bounded.
    pub const MOST: usize = 128;
    /// Letters that are estimated: what these are worth is enough, and the time that an estimate
    /// takes grows with the square of their number and with every letter that stands for
    /// another.
    const ESTIMATED: usize = 40;
    /// Words by which a password for this service is guessed first.
    const OF_THE_SERVICE: [&str; 8] =
        ["albumen", "album", "photo", "photos", "picture", "gallery", "camera", "相簿"];
    /// The most characters as typed: canonical composition makes one of at most four.
    const TYPED: usize = 4 * Self::MOST;

    /// Refuses what must not become a password: what can be guessed, the owner's name and e-mail
    /// and the words of the service included, with advice, and what not every device can type.
    ///
    /// # Errors
    /// A sentence for the `password` field.
    pub fn check_strength(&self, about: &[&str]) -> Result<(), String> {
        if !is_long_enough(&self.prepared) {
            return Err(length());
        }
        if self.prepared.chars().any(char::is_control) {
            return Err("must not have control characters".to_owned());
        }
        let beginning: String = self.prepared.chars().take(Self::ESTIMATED).collect();
        let guessed_first = [about, &Self::OF_THE_SERVICE].concat();
        let estimate = zxcvbn(&beginning, &guessed_first);
        if estimate.score() >= Score::Three {
            return Ok(());
        }
        let advice = estimate
            .feedback()
            .and_then(|f| f.suggestions().first().map(ToString::to_string));
        let advice = advice.unwrap_or_else(|| "Use a few uncommon words.".to_owned());
        Err(format!("is too easy to guess. {advice}"))
    }

    /// The password's argon2id hash as a PHC string, with a fresh salt. Takes about 20 ms of CPU.
    pub fn hash(&self) -> String {
        hash(&self.prepared)
    }

    /// Returns whether `hash`, a PHC string, is this password's. As slow for a wrong one as for a
    /// hash that is none.
    pub fn matches(&self, hash: Option<&str>) -> bool {
        self.forms().iter().any(|form| is_of(hash, form))
    }

    /// The texts that a hash of this password may be of. Most passwords have one.
    fn forms(&self) -> Vec<String> {
        let mut forms = vec![self.prepared.clone()];
        for old in [self.typed.clone(), self.prepared.nfd().collect()] {
            if !forms.contains(&old) {
                forms.push(old);
            }
        }
        forms
    }
}

/// The text as RFC 8265, section 4.2 has it: one kind of space, NFC. Case and width stay as they
/// are.
fn prepare(typed: &str) -> String {
    let one_kind = |letter| if is_space(letter) { ' ' } else { letter };
    typed.chars().map(one_kind).nfc().collect()
}

/// Unicode's space separators, U+0020 among them.
fn is_space(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_long_enough(text: &str) -> bool {
    (Password::LEAST..=Password::MOST).contains(&text.chars().count())
}

fn length() -> String {
    format!("must have {} to {} characters", Password::LEAST, Password::MOST)
}

fn hash(text: &str) -> String {
    let salt: [u8; 16] = random_bytes();
    let hash = argon2().hash_password_with_salt(text.as_bytes(), &salt);
    hash.expect("the parameters and a salt of 16 bytes are valid")
        .to_string()
}

fn is_of(hash_of: Option<&str>, text: &str) -> bool {
    match hash_of {
        Some(hash) => argon2().verify_password(text.as_bytes(), hash).is_ok(),
        // Spend the same time, so that the answer's delay does not tell who has an account.
        None => hash(text).is_empty(),
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
        if text.chars().count() > Self::TYPED {
            return Err(length());
        }
        let prepared = prepare(&text);
        // A password from before they were prepared counted as it was typed.
        let good = is_long_enough(&prepared) || is_long_enough(&text);
        if good { Ok(Self { prepared, typed: text }) } else { Err(length()) }
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
        for weak in [
            "password123",
            "1234567890",
            "aaaaaaaaaaaa",
            "annabelle.ex",
            "albumen-2026",
            "AlbumenPhotos",
        ] {
            let refused = password(weak).check_strength(&["annabelle.ex@example.org"]);
            assert!(refused.is_err_and(|why| why.contains(". ")), "{weak}");
        }
        assert_eq!(password("a quiet orange lighthouse").check_strength(&[]), Ok(()));
    }

    #[test]
    fn a_password_is_the_same_in_every_normal_form_and_with_every_space() {
        let composed = "gr\u{fc}ne \u{c4}pfel f\u{fc}r Zo\u{eb} morgen";
        let decomposed: String = composed.nfd().collect();
        let spaced = composed
            .replace(' ', "\u{a0}")
            .replacen('\u{a0}', "\u{3000}", 1);
        for set in [composed, &decomposed, &spaced] {
            let hash = password(set).hash();
            for sent in [composed, &decomposed, &spaced] {
                assert!(password(sent).matches(Some(&hash)), "{set:?} and {sent:?}");
            }
            assert!(!password(&composed.to_uppercase()).matches(Some(&hash)), "case counts");
        }
        // Decomposed it has more than the most.
        let long = "\u{fc}".repeat(Password::MOST);
        assert!(password(&long.nfd().collect::<String>()).matches(Some(&password(&long).hash())));
        assert!(Password::try_from("u\u{308}".repeat(Password::MOST + 1)).is_err());
    }

    #[test]
    fn hashes_of_what_was_typed_are_still_good() {
        let decomposed: String = "gr\u{fc}ne \u{c4}pfel".nfd().collect();
        for typed in [
            &decomposed,
            "gr\u{fc}ne\u{a0}\u{c4}pfel",
            "tab\tin the middle",
            "u\u{308}u\u{308}u\u{308}u\u{308}u\u{308}",
        ] {
            let old = hash(typed);
            assert!(password(typed).matches(Some(&old)), "{typed:?}");
            assert!(!password("another one, quite").matches(Some(&old)), "{typed:?}");
        }
        assert!(
            password("gr\u{fc}ne \u{c4}pfel").matches(Some(&hash(&decomposed))),
            "from a device that composes"
        );
    }

    #[test]
    fn what_cannot_be_typed_everywhere_or_is_short_once_composed_is_not_set() {
        let refused = |text: &str| password(text).check_strength(&[]).expect_err("a refusal");
        assert_eq!(refused("a quiet\torange lighthouse"), "must not have control characters");
        assert_eq!(refused(&"u\u{308}".repeat(6)), "must have 10 to 128 characters");
    }

    /// The time of an estimate grows with the square of the length.
    #[test]
    fn the_beginning_is_estimated() {
        let weak_then_strong = format!(
            "{}{}",
            "a".repeat(Password::ESTIMATED),
            " quiet orange lighthouse, 7 harbours"
        );
        assert!(password(&weak_then_strong).check_strength(&[]).is_err());
        let strong_then_weak =
            format!("a quiet orange lighthouse, 7 harbours ok{}", "a".repeat(80));
        assert_eq!(password(&strong_then_weak).check_strength(&[]), Ok(()));
    }

    #[test]
    fn a_password_never_prints() {
        assert_eq!(format!("{:?}", password("a quiet orange lighthouse")), "…");
    }
}
