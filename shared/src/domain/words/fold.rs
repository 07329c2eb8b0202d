//! Text in the form in which a search compares it: without case and accents, and with one form of
//! each letter.

use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Returns the text with small letters, without accents, points and signs that choose how a
/// character is drawn. Compatibility forms (full width, circled, ligatures) become plain ones, and
/// katakana become hiragana. Folding what is folded changes nothing.
pub(super) fn fold(text: &str) -> String {
    let bare = without_accents(text.nfkd());
    // Small letters first: `ẞ` is large as it is, and `ß` is `SS`.
    let small = bare
        .into_iter()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    let again = without_accents(small.nfkd());
    let mut plain = String::with_capacity(text.len());
    for c in again {
        push_plain(&mut plain, c);
    }
    plain.nfc().collect()
}

/// Keeps the breve of `й`, which is a letter of its own.
fn without_accents(text: impl Iterator<Item = char>) -> Vec<char> {
    let mut kept = Vec::new();
    for c in text {
        let is_short_i = c == '\u{306}' && matches!(kept.last(), Some('и' | 'И'));
        if is_short_i || !is_accent(c) {
            kept.push(c);
        }
    }
    kept
}

/// By Unicode's combining classes: points of Hebrew, Arabic and Syriac, and marks above, below and
/// across. Signs that make another letter (of kana, of Indic scripts, of Thai) have others.
fn is_accent(c: char) -> bool {
    let is_selector = matches!(c, '\u{fe00}'..='\u{fe0f}');
    is_selector || matches!(canonical_combining_class(c), 10..=36 | 200..=240)
}

/// Letters with a stroke and ligatures have no decomposition.
fn push_plain(plain: &mut String, c: char) {
    match c {
        'ø' => plain.push('o'),
        'ł' => plain.push('l'),
        'đ' | 'ð' => plain.push('d'),
        'ħ' => plain.push('h'),
        'æ' => plain.push_str("ae"),
        'œ' => plain.push_str("oe"),
        'ァ'..='ヶ' => plain.push(hiragana(c)),
        _ => plain.push(c),
    }
}

/// Both blocks have the same letters in the same order.
fn hiragana(katakana: char) -> char {
    char::from_u32(u32::from(katakana) - 0x60).unwrap_or(katakana)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_and_forms_of_a_letter_do_not_count() {
        let cases = [
            ("Bellàgio", "bellagio"),
            ("STRASSE straße STRAẞE", "strasse strasse strasse"),
            ("Łódź Ørsted Đà Nẵng æ", "lodz orsted da nang ae"),
            ("İstanbul ISPARTA ısı", "istanbul isparta isi"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("Ёлка мой", "елка мой"),
            ("ＡＢＣ ① ﬁn", "abc 1 fin"),
            ("タワー ﾀﾜｰ がか", "たわー たわー がか"),
            ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
            ("क्षमा ไทยรู้", "क्षमा ไทยรู้"),
            ("❤\u{fe0f}\u{200d}🔥", "❤\u{200d}🔥"),
        ];
        for (text, folded) in cases {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn each_letter_that_is_folded_stays_as_it_is() {
        for letter in ('\0'..=char::MAX).filter(|c| c.is_alphabetic()) {
            let folded = fold(&letter.to_string());
            assert_eq!(fold(&folded), folded, "{letter:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_folded_stays_as_it_is(text in "\\PC{0,40}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
