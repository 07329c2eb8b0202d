//! A burst: many of one kind of user, who all come at the same instant.

use std::{str::FromStr, time::Duration};

use crate::mix::Kind;

/// The part of the run after which they come.
const AFTER: f64 = 1.0 / 3.0;
/// The longest time for which somebody of a burst waits for their turn, and then for their photo.
pub const PATIENCE: Duration = Duration::from_mins(10);

/// Those who come all at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// The kind of user.
    pub kind: Kind,
    count: u16,
}

impl Burst {
    /// Returns how many come.
    pub fn count(self) -> usize {
        self.count.into()
    }

    /// Returns the burst in words.
    pub fn words(self) -> String {
        format!("{} × {} at once after a third", self.count, self.kind.word())
    }
}

/// Returns the second at which a burst comes, in a run of so many.
pub fn second(seconds: f64) -> f64 {
    seconds * AFTER
}

impl FromStr for Burst {
    type Err = String;

    /// Reads `upload=1000`.
    fn from_str(text: &str) -> Result<Self, String> {
        let no_burst = || format!("\"{text}\" is no burst: as in upload=1000");
        let (word, count) = text.split_once('=').ok_or_else(no_burst)?;
        let kind = Kind::of(word)?;
        match count.trim().parse() {
            Ok(count) if count > 0 => Ok(Self { kind, count }),
            _ => Err(no_burst()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_a_kind_and_a_number() {
        let burst: Burst = "upload=1000".parse().expect("a burst");
        assert_eq!((burst.kind, burst.count()), (Kind::Upload, 1000));
        assert!((second(30.0) - 10.0).abs() < 1e-9);
        for (text, named) in [("upload", "upload"), ("upload=0", "upload=0"), ("cat=3", "cat")] {
            let error = text.parse::<Burst>().expect_err("no burst");
            assert!(error.contains(named), "{error}");
        }
    }
}
