//! Folders that objects stand in.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{UserId, id::random_bytes};

/// The folder that an owner's objects stand in. It is random, because whoever sees an image sees
/// its path, and the owner's id there would say whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Folder(Uuid);

impl Folder {
    /// A folder of nobody's yet.
    pub fn random() -> Self {
        Self(Uuid::from_bytes(random_bytes()))
    }

    /// The folder that the databases name; the owner's id where they name none: of who kept photos
    /// before there were folders.
    pub fn kept(folder: Option<Uuid>, owner: UserId) -> Self {
        Self(folder.unwrap_or_else(|| owner.uuid()))
    }

    /// Returns the number that the databases keep.
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.simple())
    }
}

impl FromStr for Folder {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        Uuid::try_parse(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn a_folder_is_random_or_of_before() {
        let (owner, folder) = (UserId::new(Shard::random()), Folder::random());
        assert_ne!(folder, Folder::random());
        assert_eq!(folder.to_string().parse(), Ok(folder));
        assert_eq!(Folder::kept(Some(folder.uuid()), owner), folder);
        assert_eq!(Folder::kept(None, owner).to_string(), owner.uuid().simple().to_string());
    }
}
