//! Texts that people type, made fit to be shown beside others.
//!
//! Marks of direction are taken out, not refused: they come along when a name is copied from a page
//! or a phone, its owner does not see them, and they would turn what stands beside the text, or
//! make two names look like one. Letters that are written from right to left keep their direction
//! without them.

use std::ops::RangeInclusive;

use schemars::{Schema, json_schema};
use unicode_normalization::UnicodeNormalization;

/// The pattern of a line, for whoever reads the schema: no control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";
/// As [`LINE`], with line breaks and tabs.
const LINES: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

/// The treatment of control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controls {
    /// They are refused.
    Refused,
    /// They are refused, line breaks and tabs excepted.
    Lines,
    /// They are taken out: for names that no person has typed, such as those of files.
    Cleaned,
}

impl Controls {
    fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Refused => Some(LINE),
            Self::Lines => Some(LINES),
            Self::Cleaned => None,
        }
    }

    fn allow(self, c: char) -> bool {
        match self {
            Self::Refused => !c.is_control(),
            Self::Lines => !c.is_control() || matches!(c, '\n' | '\r' | '\t'),
            Self::Cleaned => true,
        }
    }
}

/// Returns the text without marks of direction, trimmed and in Unicode's NFC, if its length is
/// within `length` and it has no character that `controls` refuses.
pub(super) fn parse(
    text: &str,
    length: RangeInclusive<usize>,
    controls: Controls,
) -> Result<String, String> {
    let text = match controls {
        Controls::Cleaned => clean_line(text),
        Controls::Refused | Controls::Lines => without_marks(text).trim().nfc().collect(),
    };
    if !length.contains(&text.chars().count()) {
        return Err(match (length.start(), length.end()) {
            (0, most) => format!("must have at most {most} characters"),
            (least, most) => format!("must have {least} to {most} characters"),
        });
    }
    if !text.chars().all(|c| controls.allow(c)) {
        return Err("must not have control characters".to_owned());
    }
    Ok(text)
}

/// Returns the schema of what [`parse`] takes.
pub(super) fn schema(length: &RangeInclusive<usize>, controls: Controls) -> Schema {
    let mut schema =
        json_schema!({"type": "string", "minLength": length.start(), "maxLength": length.end()});
    if let Some(pattern) = controls.pattern() {
        schema.insert("pattern".to_owned(), pattern.into());
    }
    schema
}

/// Returns the text as one line to be shown: without marks of direction and control characters,
/// trimmed and in Unicode's NFC. Breaks of lines become spaces, so that no two words become one.
pub fn clean_line(text: &str) -> String {
    let unbroken =
        without_marks(text).replace(['\t', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'], " ");
    let plain = unbroken.replace(char::is_control, "");
    plain.trim().nfc().collect()
}

fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !is_mark_of_direction(*c)).collect()
}

/// The characters with Unicode's property `Bidi_Control`.
fn is_mark_of_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character with the property, as Unicode's `PropList.txt` lists them.
    const MARKS: [char; 12] = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
        '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ];

    #[test]
    fn marks_of_direction_are_taken_out_wherever_they_stand() {
        for controls in [Controls::Refused, Controls::Lines, Controls::Cleaned] {
            for mark in MARKS {
                let text = format!("{mark} a{mark}b {mark}");
                assert_eq!(
                    parse(&text, 1..=3, controls).as_deref(),
                    Ok("ab"),
                    "{:x}",
                    u32::from(mark)
                );
                assert!(parse(&mark.to_string(), 1..=3, controls).is_err(), "nothing is left");
            }
        }
    }

    #[test]
    fn what_belongs_to_a_writing_stays() {
        // Hebrew; a Persian word with the joiner that it is written with; a family of one emoji; a
        // flag.
        for text in ["שלום", "می\u{200c}خواهم", "👨\u{200d}👩\u{200d}👧", "🇨🇭", "❤\u{fe0f}"]
        {
            assert_eq!(parse(text, 1..=20, Controls::Refused).as_deref(), Ok(text));
        }
    }

    #[test]
    fn control_characters_are_refused_allowed_or_taken_out() {
        for text in ["a\u{0}b", "a\u{1b}b", "a\u{7f}b", "a\u{9b}b"] {
            assert!(parse(text, 1..=9, Controls::Refused).is_err(), "{text:?}");
            assert!(parse(text, 1..=9, Controls::Lines).is_err(), "{text:?}");
            assert_eq!(parse(text, 1..=9, Controls::Cleaned).as_deref(), Ok("ab"), "{text:?}");
        }
        for text in ["a\nb", "a\tb", "a\rb"] {
            assert!(parse(text, 1..=9, Controls::Refused).is_err(), "{text:?}");
            assert_eq!(parse(text, 1..=9, Controls::Lines).as_deref(), Ok(text));
            assert_eq!(parse(text, 1..=9, Controls::Cleaned).as_deref(), Ok("a b"));
        }
    }
}
