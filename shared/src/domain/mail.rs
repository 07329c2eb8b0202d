//! Mail: its causes, and the outcomes of sending it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Email, Moment, PasskeyId, SendingId, SessionId, UserId};

/// The cause of a mail: names the thing that the mail is about. Its words are made of that thing as
/// it is when the mail is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum MailCause {
    /// A log-in from a browser and a network that the user had not logged in from.
    LogIn {
        /// The user.
        user: UserId,
        /// The session that begins with it.
        session: SessionId,
    },
    /// A new API key.
    Key {
        /// The user.
        user: UserId,
        /// The session that the key is.
        session: SessionId,
    },
    /// An address that is to be shown to be its user's.
    Verification {
        /// The user.
        user: UserId,
    },
    /// An address that is to be an account's, once it is shown to be its user's.
    PendingAddress {
        /// The user.
        user: UserId,
        /// The address.
        email: Email,
    },
    /// The same, told to the address that the account has.
    AddressChangeBegun {
        /// The user.
        user: UserId,
        /// The moment at which it was asked for.
        since: Moment,
    },
    /// A password that is forgotten. It is not known whether the address has an account.
    PasswordReset {
        /// The address.
        email: Email,
    },
    /// Another address in place of the one that is told.
    AddressChanged {
        /// The user.
        user: UserId,
        /// The address until then.
        old: Email,
        /// The account's version until then.
        version: u32,
    },
    /// An account that its user has closed.
    Closing {
        /// The user.
        user: UserId,
    },
    /// An account that an administrator has closed.
    ClosedByAdministrator {
        /// The user.
        user: UserId,
    },
    /// A second factor that was switched on.
    FactorOn {
        /// The user.
        user: UserId,
        /// The moment at which it was begun.
        begun_at: Moment,
    },
    /// A second factor that was switched off.
    FactorOff {
        /// The user.
        user: UserId,
        /// The moment at which it was begun.
        begun_at: Moment,
    },
    /// A recovery code that was used.
    RecoveryCode {
        /// The user.
        user: UserId,
        /// The name of the request that used it.
        request: String,
    },
    /// An identity at a provider of single sign-on that an account was linked to.
    SignOnLinked {
        /// The user.
        user: UserId,
        /// The provider.
        issuer: String,
    },
    /// An identity at a provider that logs in to an account no more.
    SignOnUnlinked {
        /// The user.
        user: UserId,
        /// The provider.
        issuer: String,
        /// The moment at which it was linked.
        linked_at: Moment,
    },
    /// A new passkey.
    Passkey {
        /// The user.
        user: UserId,
        /// The passkey.
        passkey: PasskeyId,
    },
    /// A passkey that was removed.
    PasskeyRemoved {
        /// The user.
        user: UserId,
        /// The passkey.
        passkey: PasskeyId,
    },
    /// An invitation into an album.
    Invitation {
        /// Its sending.
        sending: SendingId,
    },
    /// An invitation to sign up.
    SignUpInvitation {
        /// Its sending.
        sending: SendingId,
    },
    /// Administration that one administrator has given to another user, or taken from them: each of
    /// the two is told.
    Administration {
        /// The user.
        user: UserId,
        /// The administrator who has done it.
        by: UserId,
        /// The one of them who is told.
        to: UserId,
        /// True if the user administers accounts since.
        given: bool,
        /// The version of the user's account until then.
        version: u32,
    },
}

impl MailCause {
    /// The kind of invitations into albums, which others have us send.
    pub const INVITATION: &str = "invitation";
    /// The kind of invitations to sign up, which administrators have us send.
    pub const SIGN_UP_INVITATION: &str = "sign-up-invitation";

    /// The cause's kind, as messages and exports have it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::LogIn { .. } => "log-in",
            Self::Key { .. } => "key",
            Self::Verification { .. } => "verification",
            Self::PendingAddress { .. } => "pending-address",
            Self::AddressChangeBegun { .. } => "address-change-begun",
            Self::PasswordReset { .. } => "password-reset",
            Self::AddressChanged { .. } => "address-changed",
            Self::Closing { .. } => "closing",
            Self::ClosedByAdministrator { .. } => "closed-by-administrator",
            Self::FactorOn { .. } => "factor-on",
            Self::FactorOff { .. } => "factor-off",
            Self::RecoveryCode { .. } => "recovery-code",
            Self::SignOnLinked { .. } => "sign-on-linked",
            Self::SignOnUnlinked { .. } => "sign-on-unlinked",
            Self::Passkey { .. } => "passkey",
            Self::PasskeyRemoved { .. } => "passkey-removed",
            Self::Invitation { .. } => Self::INVITATION,
            Self::SignUpInvitation { .. } => Self::SIGN_UP_INVITATION,
            Self::Administration { .. } => "administration",
        }
    }

    /// Returns true if the mail tells of something that is written after the mail was asked for,
    /// and may not be there yet.
    pub fn is_about_a_write(&self) -> bool {
        match self {
            Self::PasswordReset { .. } => false,
            Self::LogIn { .. }
            | Self::Key { .. }
            | Self::Verification { .. }
            | Self::PendingAddress { .. }
            | Self::AddressChangeBegun { .. }
            | Self::AddressChanged { .. }
            | Self::Closing { .. }
            | Self::ClosedByAdministrator { .. }
            | Self::FactorOn { .. }
            | Self::FactorOff { .. }
            | Self::RecoveryCode { .. }
            | Self::SignOnLinked { .. }
            | Self::SignOnUnlinked { .. }
            | Self::Passkey { .. }
            | Self::PasskeyRemoved { .. }
            | Self::Invitation { .. }
            | Self::SignUpInvitation { .. }
            | Self::Administration { .. } => true,
        }
    }
}

/// The outcome of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MailOutcome {
    /// SES has taken it.
    Sent,
    /// Not sent: the address takes no mail, or its owner wants none.
    Stopped,
    /// Not sent: SES takes no mail for such an address.
    Refused,
    /// Not sent: the stack has no address to send from.
    NotSetUp,
}

impl MailOutcome {
    /// The outcome's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::NotSetUp => "not-set-up",
        }
    }
}

/// A mail that was sent to a user, or was to be.
#[derive(Clone, Debug, Serialize)]
pub struct MailRecord {
    /// The cause's kind.
    pub kind: String,
    /// The address that it went to; of an invitation, its id.
    pub to: String,
    /// The outcome's word; `None` while it is being sent.
    pub outcome: Option<String>,
    /// The moment at which the outcome was noted, or at which sending began.
    pub at: Moment,
}

/// The reason for which an address gets no more mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MailStopReason {
    /// Mail to it came back for good.
    Bounce,
    /// Its owner has called our mail unwanted.
    Complaint,
}

impl MailStopReason {
    /// The reason's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
        }
    }
}

/// The mails that an address gets no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailStopScope {
    /// All.
    Everything,
    /// Invitations alone: who does not want those is told of their own account all the same.
    Invitations,
}

/// An address that gets no more mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MailStop {
    /// The reason.
    pub reason: MailStopReason,
    /// Since when.
    pub at: Moment,
}
