//! The journal of acknowledged writes: what has to be there, once, when all is over.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs,
    path::Path,
};

use load::Cause;
use serde::{Deserialize, Serialize};

use crate::failed;

/// A kind of thing that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An album, of an owner, by its title.
    Album,
    /// A photo that is not in the trash, of an owner, by the sum of its bytes.
    Photo,
    /// The place of a photo in an album.
    Placement,
    /// A comment on a photo, by its text.
    Comment,
    /// A favourite, on a photo, of a user.
    Favourite,
    /// A tag of a photo.
    Tag,
}

/// The name of something that was written; no two things of a kind have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Its kind.
    pub kind: Kind,
    /// The id of what it belongs to.
    pub of: String,
    /// Its name in that.
    pub name: String,
}

impl Key {
    /// Names something.
    pub fn new(kind: Kind, of: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, of: of.into(), name: name.into() }
    }
}

/// The number of times that something has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Once: its write was acknowledged.
    Once,
    /// Not at all: its deletion was.
    Absent,
    /// Once or not at all: nobody was told what became of the last write.
    InDoubt,
}

/// The things that people were told of, each once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Journal {
    /// The things and what is expected of them.
    #[serde(with = "pairs")]
    pub expected: BTreeMap<Key, Expected>,
    /// Requests about what had been acknowledged that were refused, or answered with something
    /// else: there should be none.
    pub refusals: Vec<String>,
    /// Writes that were acknowledged, more than one of which may be about the same thing.
    pub acknowledged: u64,
    /// Writes of which nobody was told what became of them.
    pub in_doubt: u64,
}

impl Journal {
    /// Notes that something was acknowledged to be there, or to be gone.
    pub fn acknowledge(&mut self, key: Key, expected: Expected) {
        self.acknowledged += 1;
        match self.expected.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(expected);
            }
            // A write in doubt may still be on its way, and come after this one.
            Entry::Occupied(held) if *held.get() == Expected::InDoubt => {}
            Entry::Occupied(mut held) => {
                held.insert(expected);
            }
        }
    }

    /// Notes that nobody was told what became of a write of something.
    pub fn doubt(&mut self, key: Key) {
        self.in_doubt += 1;
        self.expected.insert(key, Expected::InDoubt);
    }

    /// Notes that something which was written in doubt has since been found there by asking for the
    /// same again, which finds it or makes it.
    pub fn confirm(&mut self, key: Key) {
        self.acknowledged += 1;
        self.expected.insert(key, Expected::Once);
    }

    /// Notes what should not have been answered.
    pub fn refused(&mut self, what: String) {
        self.refusals.push(what);
    }

    /// Adds another person's journal.
    pub fn add(&mut self, other: Self) {
        self.expected.extend(other.expected);
        self.refusals.extend(other.refusals);
        self.acknowledged += other.acknowledged;
        self.in_doubt += other.in_doubt;
    }

    /// Reads a journal.
    ///
    /// # Errors
    /// A file that is none.
    pub fn read(path: &Path) -> Result<Self, Cause> {
        let text = fs::read(path)
            .map_err(|error| failed(format!("{} cannot be read: {error}", path.display())))?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// Writes it.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Cause> {
        fs::write(path, serde_json::to_vec_pretty(self)?)
            .map_err(|error| failed(format!("{} cannot be written: {error}", path.display())))
    }
}

/// Maps whose keys are no strings, as lists of pairs: JSON has no other.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{Expected, Key};

    pub fn serialize<S: Serializer>(
        map: &BTreeMap<Key, Expected>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Key, Expected>, D::Error> {
        let pairs = Vec::<(Key, Expected)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str) -> Key {
        Key::new(Kind::Tag, "photo_1", name)
    }

    #[test]
    fn the_last_acknowledged_write_counts_unless_one_is_in_doubt() {
        let mut journal = Journal::default();
        journal.acknowledge(tag("a"), Expected::Once);
        journal.acknowledge(tag("a"), Expected::Absent);
        assert_eq!(journal.expected[&tag("a")], Expected::Absent);
        journal.doubt(tag("a"));
        journal.acknowledge(tag("a"), Expected::Once);
        assert_eq!(journal.expected[&tag("a")], Expected::InDoubt);
        journal.confirm(tag("a"));
        assert_eq!(journal.expected[&tag("a")], Expected::Once);
        assert_eq!((journal.acknowledged, journal.in_doubt), (4, 1));
    }

    #[test]
    fn a_journal_is_read_as_it_was_written() {
        let folder = std::env::temp_dir().join(format!("torture-{}", std::process::id()));
        let mut journal = Journal::default();
        journal.acknowledge(tag("a"), Expected::Once);
        journal.refused("404".to_owned());
        journal.write(&folder).expect("a file");
        let again = Journal::read(&folder).expect("a journal");
        drop(fs::remove_file(&folder));
        assert_eq!(again.expected, journal.expected);
        assert_eq!(again.refusals, journal.refusals);
    }
}
