//! The user of a request, and the scopes of their session.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SessionId, UserId};

/// The user of a request, by their session.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The session that the request came with.
    pub session: SessionId,
    /// The scopes of the session.
    pub scopes: Scopes,
}

/// A part of the API that a session may use.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Seeing what the user may see.
    Read,
    /// Changing albums and photos, and all that belongs to them.
    Write,
    /// The account itself: name, address, password, sessions, deletion.
    Account,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Account];

    /// The scope's word in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Account => "account",
        }
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.word() == word)
            .ok_or(())
    }
}

/// The scopes of a session: one or more, each once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Scope>")]
pub struct Scopes(#[schemars(length(min = 1), extend("uniqueItems" = true))] Vec<Scope>);

impl Scopes {
    /// All: a log-in.
    pub fn all() -> Self {
        Self(Scope::ALL.to_vec())
    }

    /// Returns true if this scope is one of them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Their words with spaces between, as the session store keeps them.
    pub fn words(&self) -> String {
        self.0
            .iter()
            .map(|scope| scope.word())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The scopes with these words; `None` when there is none of them.
    pub fn of_words(words: &str) -> Option<Self> {
        let scopes = words
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect::<Vec<_>>();
        Self::try_from(scopes).ok()
    }
}

impl TryFrom<Vec<Scope>> for Scopes {
    type Error = &'static str;

    fn try_from(mut scopes: Vec<Scope>) -> Result<Self, &'static str> {
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() { Err("must have at least one scope") } else { Ok(Self(scopes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_kept_as_words() {
        let scopes =
            Scopes::try_from(vec![Scope::Write, Scope::Read, Scope::Write]).expect("scopes");
        assert_eq!(scopes.words(), "read write");
        assert_eq!(Scopes::of_words("read write"), Some(scopes.clone()));
        assert!(scopes.has(Scope::Read) && !scopes.has(Scope::Account));
        assert!(Scopes::of_words("").is_none() && Scopes::try_from(Vec::new()).is_err());
    }
}
