//! Reasons of a photo's failure: the codes that are stored, shown and listed in `docs/problems.md`.

use schemars::JsonSchema;
use serde::Serialize;

macro_rules! failure_codes {
    ($($(#[$doc:meta])* $code:ident $word:literal $detail:literal;)*) => {
        /// Reasons for which a photo failed. The words are stable: they are stored, and clients decide by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FailureCode {
            $($(#[$doc])* $code,)*
        }

        impl FailureCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// The code in the API and in the database.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$code => $word,)*
                }
            }

            /// Says to a person what has happened and what to do next.
            pub fn detail(self) -> &'static str {
                match self {
                    $(Self::$code => $detail,)*
                }
            }
        }
    };
}

failure_codes! {
    /// The bytes are not those that were announced.
    ChecksumMismatch "checksum_mismatch"
        "The bytes that arrived are not those that were announced; upload the photo again.";
    /// No bytes came in time.
    NeverArrived "never_arrived"
        "The photo's bytes did not arrive; upload it again.";
    /// Its sender might not add photos any more when the bytes had come.
    NotAllowed "not_allowed"
        "Who sent it may not add photos here any more; the album's owner can upload it.";
    /// Our own side failed, several times.
    ProcessingFailed "processing_failed"
        "Something went wrong on our side; try again later, or upload the photo again.";
    /// There are no bytes in the file.
    Empty "empty"
        "The file is empty; upload another copy.";
    /// Not a format, or not a variant of one, that can be read.
    UnsupportedFormat "unsupported_format"
        "Albumen cannot read this kind of file; upload a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF.";
    /// Width times height is over the limit.
    TooManyPixels "too_many_pixels"
        "The photo has more pixels than Albumen takes; upload a smaller one.";
    /// Width or height is over the limit.
    TooLargeSide "too_large_side"
        "The photo is wider or higher than Albumen takes; upload a smaller one.";
    /// An animation has more frames than the limit.
    TooManyFrames "too_many_frames"
        "The animation has more frames than Albumen takes; upload a shorter one.";
    /// Few enough pixels, but decoding them would take more memory in this format than there may be.
    TooMuchMemory "too_much_memory"
        "A photo of this size takes too much memory to read in this format; upload it as a JPEG, or a smaller one.";
    /// Decoding would take more passes than there may be.
    TooComplex "too_complex"
        "The photo takes more work to read than Albumen gives to one; upload a simpler or smaller one.";
    /// The file ends before its picture does.
    Truncated "truncated"
        "The file ends too early; upload a whole copy.";
    /// The file breaks the rules of its format.
    Corrupt "corrupt"
        "The file is damaged; upload another copy.";
}

impl FailureCode {
    /// Returns whether the bytes of a photo that fails so are kept, and count: not when there are
    /// none, or others than were announced, or when they are not taken.
    pub fn keeps_bytes(self) -> bool {
        !matches!(self, Self::ChecksumMismatch | Self::NeverArrived | Self::NotAllowed)
    }

    /// Returns the code with this word. A word that this version does not know was stored by a
    /// newer one, while both run: that the photo failed is still told, and that sending it
    /// again may help.
    pub fn of_word(word: &str) -> Self {
        let known = Self::ALL.iter().copied().find(|code| code.word() == word);
        known.unwrap_or(Self::ProcessingFailed)
    }
}

/// The reason of a photo's failure.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Failure")]
pub struct FailureView {
    /// A stable code; more may come.
    pub code: &'static str,
    /// A sentence that says what to do next.
    pub detail: &'static str,
}

impl From<FailureCode> for FailureView {
    fn from(code: FailureCode) -> Self {
        Self { code: code.word(), detail: code.detail() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PROBLEMS: &str = include_str!("../../../docs/problems.md");

    #[test]
    fn the_documentation_lists_every_code_and_no_other() {
        let (_, section) = PROBLEMS
            .split_once("## A photo that failed")
            .expect("the section");
        let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
        let first_cells = rows.filter_map(|row| row.split(" | ").next());
        let listed: BTreeSet<_> = first_cells
            .flat_map(|cell| cell.split(", "))
            .map(|code| code.trim_matches('`'))
            .collect();
        let known: BTreeSet<_> = FailureCode::ALL.iter().map(|code| code.word()).collect();
        assert!(!known.is_empty());
        assert_eq!(listed, known);
    }

    #[test]
    fn a_code_is_read_back_as_it_was_stored() {
        for code in FailureCode::ALL {
            assert_eq!(FailureCode::of_word(code.word()), *code);
            assert!(code.word().len() <= 40, "the column of the database");
        }
        assert_eq!(FailureCode::of_word("of_a_later_version"), FailureCode::ProcessingFailed);
    }

    #[test]
    fn only_a_damaged_file_is_told_to_be_damaged() {
        let damaged: Vec<_> = FailureCode::ALL
            .iter()
            .filter(|code| code.detail().contains("damaged"))
            .collect();
        assert_eq!(damaged, [&FailureCode::Corrupt]);
    }
}
