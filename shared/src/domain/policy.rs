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
    /// Invitations that one user sends, by mail or not: `INVITATIONS_PER_DAY`.
    Invitations,
    /// Invitations to sign up that one administrator sends: as many, and counted apart from them.
    SignUpInvitations,
    /// Invitations to one address, whoever sends them: a tenth as many.
    Invited,
}

impl Policy {
    /// The policy's name in `RateLimit` headers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::LogIn => "log-in",
            Self::LookUp => "look-up",
            Self::Invitations => "invitations",
            Self::SignUpInvitations => "sign-up-invitations",
            Self::Invited => "invited",
        }
    }

    /// Returns false for a limit that many callers share without knowing of each other: what is left
    /// of it would tell each how often others have called.
    pub fn is_told(self) -> bool {
        match self {
            Self::Writes
            | Self::LogIn
            | Self::LookUp
            | Self::Invitations
            | Self::SignUpInvitations => true,
            Self::Invited => false,
        }
    }

    /// Seconds in which there may be as many as its quota says: a minute, or a day.
    pub fn window(self) -> u32 {
        match self {
            Self::Writes | Self::LogIn | Self::LookUp => 60,
            Self::Invitations | Self::SignUpInvitations | Self::Invited => 24 * 3600,
        }
    }
}
