//! The mix of users: the kinds of people that arrive, and how often.

use std::{collections::BTreeMap, str::FromStr};

use chance::Random;

/// A kind of user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Looks at their own albums.
    Look,
    /// Looks at an album by its link.
    Guest,
    /// Searches their own photos.
    Search,
    /// Keeps a copy of their library up to date.
    Sync,
    /// Adds a photo.
    Upload,
    /// Writes a comment.
    Comment,
    /// Opens their own albums, and nothing in them.
    Album,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Look,
        Self::Guest,
        Self::Search,
        Self::Sync,
        Self::Upload,
        Self::Comment,
        Self::Album,
    ];

    /// Returns the kind that a word names.
    ///
    /// # Errors
    /// A word that names none.
    pub fn of(word: &str) -> Result<Self, String> {
        let mut kinds = Self::ALL.into_iter();
        kinds
            .find(|kind| kind.word() == word.trim())
            .ok_or_else(|| {
                let words = Self::ALL.map(Self::word).join(", ");
                format!("there is no user \"{word}\": there are {words}")
            })
    }

    /// Returns the word by which options name the kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Guest => "guest",
            Self::Search => "search",
            Self::Sync => "sync",
            Self::Upload => "upload",
            Self::Comment => "comment",
            Self::Album => "album",
        }
    }

    /// Returns the part of all arrivals, in weights that sum up to 100: about a hundred reads a
    /// write, as the cost model has it.
    fn default_weight(self) -> f64 {
        match self {
            Self::Look => 80.0,
            Self::Guest => 12.0,
            Self::Search => 3.0,
            Self::Sync => 4.0,
            Self::Upload | Self::Comment => 0.5,
            Self::Album => 0.0,
        }
    }
}

/// The weight of each kind of user.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix(BTreeMap<Kind, f64>);

impl Default for Mix {
    fn default() -> Self {
        let mut weights = BTreeMap::new();
        for kind in Kind::ALL {
            if kind.default_weight() > 0.0 {
                weights.insert(kind, kind.default_weight());
            }
        }
        Self(weights)
    }
}

impl FromStr for Mix {
    type Err = String;

    /// Reads `look=80,upload=1`; who is not named does not come.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut weights = BTreeMap::new();
        for part in text.split(',') {
            let no_weight = || format!("\"{part}\" is no weight: as in look=80,upload=1");
            let (word, weight) = part.split_once('=').ok_or_else(no_weight)?;
            let kind = Kind::of(word)?;
            let weight: f64 = weight.trim().parse().map_err(|_| no_weight())?;
            if !weight.is_finite() || weight < 0.0 {
                return Err(no_weight());
            }
            weights.insert(kind, weight);
        }
        if weights.values().sum::<f64>() <= 0.0 {
            return Err("nobody comes: one weight has to be above 0".to_owned());
        }
        Ok(Self(weights))
    }
}

impl Mix {
    /// Draws a kind of user.
    pub fn draw(&self, random: &mut Random) -> Kind {
        let all: f64 = self.0.values().sum();
        let mut left = random.unit() * all;
        let mut drawn = Kind::Look;
        for (kind, weight) in &self.0 {
            if *weight <= 0.0 {
                continue;
            }
            drawn = *kind;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        drawn
    }

    /// Returns the weights by their words.
    pub fn weights(&self) -> BTreeMap<String, f64> {
        let mut weights = BTreeMap::new();
        for (kind, weight) in &self.0 {
            weights.insert(kind.word().to_owned(), *weight);
        }
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_come_as_often_as_their_weights_say() {
        let mix: Mix = "look=3, upload=1,guest=0".parse().expect("a mix");
        let mut random = Random::new(5);
        let mut counts = BTreeMap::new();
        for _ in 0..40_000 {
            *counts.entry(mix.draw(&mut random)).or_insert(0) += 1;
        }
        assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [Kind::Look, Kind::Upload]);
        assert!((29_500..30_500).contains(&counts[&Kind::Look]), "{counts:?}");
    }

    #[test]
    fn the_default_has_about_a_hundred_reads_a_write() {
        let weights = Mix::default().weights();
        assert!((weights.values().sum::<f64>() - 100.0).abs() < 1e-9);
        assert!((weights["upload"] + weights["comment"] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_mix_is_refused_by_name() {
        for (text, named) in
            [("look", "look"), ("look=x", "look=x"), ("cat=1", "cat"), ("look=0", "nobody")]
        {
            let error = text.parse::<Mix>().expect_err("no mix");
            assert!(error.contains(named), "{error}");
        }
    }
}
