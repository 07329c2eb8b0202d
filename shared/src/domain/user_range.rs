//! A range of users.

use serde::{Deserialize, Serialize};

use super::UserId;

/// Users that follow each other by their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRange {
    /// The last one before them.
    pub after: Option<UserId>,
    /// The last of them; `None` for whoever comes after the others.
    pub last: Option<UserId>,
}
