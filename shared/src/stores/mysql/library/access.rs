//! The access that a caller asks for: an owner's transaction is begun only for someone who may do
//! what it is for.
//!
//! The database is asked twice: before the transaction, whose row to wait for, which a stranger is
//! not told, and in the transaction for the role, because a member may have been removed meanwhile.

use crate::{
    domain::{UserId, view::Role},
    error::{Error, Result},
};

/// The writer, the least role that the write takes, and the version that the writer has seen.
#[derive(Clone, Copy, Debug)]
pub struct WriteAccess {
    /// The caller.
    pub user: UserId,
    /// The least role that may do it.
    pub least: Role,
    /// The version that the caller has seen, by `If-Match`; `None` when that does not matter.
    pub seen: Option<u32>,
}

impl WriteAccess {
    /// The owner alone.
    pub fn owner(user: UserId) -> Self {
        Self { user, least: Role::Owner, seen: None }
    }

    /// The owner and editors.
    pub fn editor(user: UserId) -> Self {
        Self { user, least: Role::Editor, seen: None }
    }

    /// Whoever may see it.
    pub fn viewer(user: UserId) -> Self {
        Self { user, least: Role::Viewer, seen: None }
    }

    /// Returns the access of a writer who has seen this version, and wants no other to be changed.
    #[must_use]
    pub fn having_seen(self, seen: Option<u32>) -> Self {
        Self { seen, ..self }
    }

    /// Refuses a role that may not.
    pub(super) fn check_role(&self, role: Role) -> Result<()> {
        if role.may(self.least) {
            Ok(())
        } else {
            Err(Error::NotAllowed { needs: self.least.word() })
        }
    }

    /// Refuses a role that may not, and a version that the caller has not seen.
    pub(super) fn check(&self, role: Role, version: u32) -> Result<()> {
        self.check_role(role)?;
        match self.seen {
            Some(seen) if seen != version => Err(Error::Changed),
            _ => Ok(()),
        }
    }
}
