//! The words of a search: letters and digits with the marks on them, and emoji.

mod fold;
mod index;
mod split;
#[cfg(test)]
mod tests;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::schema::schemas;
use split::words_of;

pub use index::{PhotoWords, SoughtWord};

schemas! {
    Words {"type": "string", "minLength": 1, "maxLength": Words::LENGTH}
}

/// Words to be found: nothing that a query language could take for its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Words {
    written: Vec<String>,
    sought: Vec<SoughtWord>,
}

impl Words {
    /// The most words of one search.
    pub const MOST: usize = 8;
    /// The most characters of one search.
    pub const LENGTH: usize = 200;

    /// The words as they were written, in Unicode's NFC: at least one, each once.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// The words as the index has them: at least one, at most [`Words::MOST`].
    pub fn sought(&self) -> &[SoughtWord] {
        &self.sought
    }
}

impl TryFrom<String> for Words {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: String = text.nfc().take(Self::LENGTH + 1).collect();
        if text.chars().count() > Self::LENGTH {
            return Err(format!("must have at most {} characters", Self::LENGTH));
        }
        let written = words_of(&text);
        let sought = index::sought(&text);
        if written.is_empty() || sought.is_empty() {
            return Err("must have a letter, a digit or an emoji".to_owned());
        }
        if written.len() > Self::MOST || sought.len() > Self::MOST {
            return Err(format!("must have at most {} words", Self::MOST));
        }
        Ok(Self { written, sought })
    }
}
