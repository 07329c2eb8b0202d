//! Limits of how often a caller may do something.

/// A limit of how often a caller may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Writes of one user, or of one address for who has no account: `WRITES_PER_MINUTE`.
    Writes,
    /// Routes that guess a secret, by address, account or link: `LOGINS_PER_MINUTE`.
    LogIn,
    /// Finding out whether an address has an account, by user: as often as log-ins, and counted
    /// apart from them.
    LookUp,
}

impl Policy {
    /// The policy's name in `RateLimit` headers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::LogIn => "log-in",
            Self::LookUp => "look-up",
        }
    }
}
