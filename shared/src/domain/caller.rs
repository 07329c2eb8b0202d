//! Who calls.

use super::{SessionId, UserId};

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The session that the request came with.
    pub session: SessionId,
}
