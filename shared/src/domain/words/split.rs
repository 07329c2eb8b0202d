//! The beginnings and ends of words: letters and digits with the marks on them, and emoji.

use unicode_normalization::char::is_combining_mark;

/// The meaning of a character in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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

pub(super) fn kind(c: char) -> Kind {
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
            | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}'
            | '\u{3030}' | '\u{303d}' | '\u{1f000}'..='\u{1faff}'
    )
}

/// Returns the words of a text, each once. Each emoji is a word, also where several stand together.
pub(super) fn words_of(text: &str) -> Vec<String> {
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
