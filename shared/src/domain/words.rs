//! The words of a search: letters and digits with the marks on them, and emoji.

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::schema::schemas;

schemas! {
    Words {"type": "string", "minLength": 1, "maxLength": Words::LENGTH}
}

/// Words to be found: nothing that a query language could take for its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Words(Vec<String>);

impl Words {
    /// The most words of one search.
    pub const MOST: usize = 8;
    /// The most characters of one search.
    pub const LENGTH: usize = 200;

    /// The words, in Unicode's NFC: at least one, each once.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl TryFrom<String> for Words {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.nfc().take(Self::LENGTH + 1).collect();
        if text.chars().count() > Self::LENGTH {
            return Err(format!("must have at most {} characters", Self::LENGTH));
        }
        let words = words_of(&text);
        match words.len() {
            0 => Err("must have a letter, a digit or an emoji".to_owned()),
            1..=Self::MOST => Ok(Self(words)),
            _ => Err(format!("must have at most {} words", Self::MOST)),
        }
    }
}

/// The meaning of a character in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A letter or a digit: goes on with the word before it.
    Letter,
    /// A sign on the character before it, of a letter or of an emoji.
    Mark,
    /// Joins two emoji to one.
    Joiner,
    /// An emoji.
    Emoji,
    /// One half of a flag.
    FlagLetter,
    /// Anything else: parts words.
    Gap,
}

fn kind(c: char) -> Kind {
    match c {
        '\u{200d}' => Kind::Joiner,
        '\u{1f1e6}'..='\u{1f1ff}' => Kind::FlagLetter,
        // Tones of skin, and the letters of flags of regions.
        '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' => Kind::Mark,
        _ if is_combining_mark(c) => Kind::Mark,
        _ if c.is_alphanumeric() => Kind::Letter,
        _ if is_emoji(c) => Kind::Emoji,
        _ => Kind::Gap,
    }
}

/// The blocks that hold what has Unicode's property `Extended_Pictographic` and is no letter.
/// <https://www.unicode.org/Public/UCD/latest/ucd/emoji/emoji-data.txt>
fn is_emoji(c: char) -> bool {
    matches!(
        c,
        '\u{203c}' | '\u{2049}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}'
            | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

/// The words of a text, each once. Each emoji is a word, also where several stand together.
fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = Kind::Gap;
    for c in text.chars() {
        let mut now = kind(c);
        if !goes_on(before, now) {
            keep(&mut words, &word);
            word.clear();
        }
        if now == Kind::FlagLetter && before == Kind::FlagLetter {
            now = Kind::Emoji; // the flag is whole
        }
        let begins_with_sign = word.is_empty() && matches!(now, Kind::Mark | Kind::Joiner);
        if now == Kind::Gap || begins_with_sign {
            before = Kind::Gap;
            continue;
        }
        word.push(c);
        // A sign leaves what it stands on as it is: a letter with an accent is followed by its
        // word.
        before = if now == Kind::Mark { before } else { now };
    }
    keep(&mut words, &word);
    words
}

/// Returns whether a character of this kind belongs to the word that ended with that one.
fn goes_on(before: Kind, now: Kind) -> bool {
    match now {
        Kind::Letter => matches!(before, Kind::Letter | Kind::Joiner),
        Kind::Mark => before != Kind::Gap,
        Kind::Joiner => matches!(before, Kind::Letter | Kind::Emoji),
        Kind::Emoji => before == Kind::Joiner,
        Kind::FlagLetter => before == Kind::FlagLetter,
        Kind::Gap => false,
    }
}

fn keep(words: &mut Vec<String>, word: &str) {
    let word = word.trim_end_matches('\u{200d}');
    if !word.is_empty() && words.iter().all(|known| known != word) {
        words.push(word.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Result<Vec<String>, String> {
        Words::try_from(text.to_owned()).map(|words| words.iter().map(str::to_owned).collect())
    }

    #[test]
    fn words_are_letters_and_digits() {
        let of = |text: &str| words(text).expect("words");
        assert_eq!(of("  Sea-side, (2026)! sea Sea "), ["Sea", "side", "2026", "sea"]);
        assert_eq!(of("Cafe\u{301} 東京タワー क्षमा"), ["Café", "東京タワー", "क्षमा"]);
        assert!(
            words("+-*\"()~<>@ %_").is_err()
                && words("").is_err()
                && words("\u{301}\u{200d}\u{fe0f}").is_err()
        );
        assert!(words("a b c d e f g h i").is_err() && words(&"x".repeat(201)).is_err());
    }

    #[test]
    fn each_emoji_is_a_word() {
        let of = |text: &str| words(text).expect("words");
        assert_eq!(of("🎉"), ["🎉"]);
        assert_eq!(of("party🎉🎂 !"), ["party", "🎉", "🎂"]);
        assert_eq!(of("👨\u{200d}👩\u{200d}👧👍🏽"), ["👨\u{200d}👩\u{200d}👧", "👍🏽"]);
        assert_eq!(of("🇨🇭🇯🇵"), ["🇨🇭", "🇯🇵"]);
        assert_eq!(
            of("❤\u{fe0f}\u{200d}🔥 1\u{fe0f}\u{20e3}"),
            ["❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}"]
        );
        assert_eq!(of("می\u{200c}خواهم ක්\u{200d}ෂ"), ["می", "خواهم", "ක්\u{200d}ෂ"]);
    }

    proptest! {
        #[test]
        fn no_word_has_anything_that_a_query_could_take_for_an_operator(text in ".{0,80}") {
            for word in words(&text).unwrap_or_default() {
                prop_assert!(word.chars().all(|c| kind(c) != Kind::Gap), "{}", word);
                prop_assert!(!word.contains(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()), "{}", word);
            }
        }
    }
}
