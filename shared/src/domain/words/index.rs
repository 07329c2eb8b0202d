//! The words that a photo is found by, and what a search asks of them.
//!
//! Words of Latin, Greek and Cyrillic letters and of digits are found from their beginning. Other
//! scripts may be written without blanks, so what they write is found anywhere, by each two
//! characters that stand side by side. An emoji is found by itself and by each part from which on
//! it is joined.

use std::collections::BTreeSet;

use super::{
    fold::fold,
    split::{self, Kind, words_of},
};

/// The most characters of a word that are told apart.
const LONGEST: usize = 32;

/// The joiner of emoji.
const JOINER: char = '\u{200d}';

/// The ways in which a word is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// From its beginning.
    Beginning,
    /// From any of its characters on.
    Anywhere,
    /// From any of its parts on.
    Emoji,
}

/// The words of a photo: folded, each once, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotoWords(BTreeSet<String>);

impl PhotoWords {
    /// Returns the words of these texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = BTreeSet::new();
        for text in texts {
            for (found, run) in runs_of(text) {
                if found == Found::Emoji {
                    words.extend(parts(&run));
                } else {
                    words.insert(run);
                }
            }
        }
        Self(words)
    }

    /// Reads what [`PhotoWords::text`] has written.
    pub fn read(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Returns the words with a blank before each.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for word in &self.0 {
            text.push(' ');
            text.push_str(word);
        }
        text
    }

    /// Returns what the photo stands under in the index.
    pub fn postings(&self) -> BTreeSet<String> {
        let mut postings = BTreeSet::new();
        for word in &self.0 {
            if found(word) == Found::Anywhere {
                postings.extend(pairs(word));
            } else {
                postings.insert(word.clone());
            }
        }
        postings
    }
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoughtWord {
    /// A photo that has the word stands under a posting with each of these beginnings.
    pub beginnings: Vec<String>,
    /// The `LIKE` that [`PhotoWords::text`] of such a photo, and of no other, fits.
    pub pattern: String,
    /// True if a posting with the beginning is a word that can be shown.
    pub is_whole: bool,
}

/// Returns the words that are looked for in this text, each once.
pub(super) fn sought(text: &str) -> Vec<SoughtWord> {
    let mut all = Vec::new();
    for (found, run) in runs_of(text) {
        let word = match found {
            Found::Beginning | Found::Emoji => {
                SoughtWord { pattern: format!("% {run}%"), beginnings: vec![run], is_whole: true }
            }
            Found::Anywhere => SoughtWord {
                pattern: format!("%{run}%"),
                beginnings: whole_pairs(&run),
                is_whole: false,
            },
        };
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all
}

/// Returns the parts of a text of which each is found in one way.
fn runs_of(text: &str) -> Vec<(Found, String)> {
    let mut runs = Vec::new();
    for word in words_of(&fold(text)) {
        if found(&word) == Found::Emoji {
            runs.push((Found::Emoji, shortened(&word)));
        } else {
            runs.extend(runs_of_letters(&word));
        }
    }
    runs
}

/// Parts letters of Latin, Greek and Cyrillic, and digits, from those of other scripts. A mark
/// stays with its letter.
fn runs_of_letters(word: &str) -> Vec<(Found, String)> {
    let mut runs: Vec<(Found, String)> = Vec::new();
    for c in word.chars() {
        let is_sign = matches!(split::kind(c), Kind::Mark | Kind::Joiner);
        let way = if is_simple(c) { Found::Beginning } else { Found::Anywhere };
        match runs.last_mut() {
            Some((before, run)) if is_sign || *before == way => run.push(c),
            _ => runs.push((way, c.to_string())),
        }
    }
    for (way, run) in &mut runs {
        if *way == Found::Beginning {
            *run = shortened(run);
        }
    }
    runs
}

/// Returns the way in which a run, or a part of an emoji, is found.
fn found(run: &str) -> Found {
    match run.chars().next() {
        Some(c) if matches!(split::kind(c), Kind::Emoji | Kind::FlagLetter) => Found::Emoji,
        Some(c) if !is_simple(c) => Found::Anywhere,
        _ => Found::Beginning,
    }
}

/// Latin, Greek and Cyrillic: what is written with blanks.
fn is_simple(c: char) -> bool {
    c.is_ascii_alphanumeric() || (('\u{c0}'..='\u{52f}').contains(&c) && c.is_alphabetic())
}

fn shortened(word: &str) -> String {
    word.chars().take(LONGEST).collect()
}

/// Returns an emoji, and what is left of it from each joined part on.
fn parts(emoji: &str) -> Vec<String> {
    let mut parts = vec![emoji.to_owned()];
    for (at, joiner) in emoji.match_indices(JOINER) {
        let rest = &emoji[at + joiner.len()..];
        if !rest.is_empty() && found(rest) == Found::Emoji {
            parts.push(rest.to_owned());
        }
    }
    parts
}

/// Returns each two characters that stand side by side, and the last one.
fn pairs(run: &str) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    let mut pairs = Vec::with_capacity(chars.len());
    for at in 0..chars.len() {
        let end = chars.len().min(at + 2);
        pairs.push(chars[at..end].iter().collect());
    }
    pairs
}

/// Returns the pairs without the last character alone, unless there is no other.
fn whole_pairs(run: &str) -> Vec<String> {
    let mut pairs = pairs(run);
    if pairs.len() > 1 {
        pairs.pop();
    }
    pairs
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
