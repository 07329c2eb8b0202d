//! The occasion of a mail: what it is about, as it is now.

use shared::{
    domain::{Language, Moment, sharing::MemberRole},
    stores::Session,
};

/// The subject of a mail. It holds tokens, so it is not printed.
pub(crate) enum Occasion {
    /// Somebody has logged in from a browser and network that are new.
    LogIn(Session),
    /// Somebody has made a key.
    Key(Session),
    /// The address is to be shown to be the user's, by this token.
    Verification(String),
    /// The password may be replaced, by this token.
    PasswordReset(String),
    /// The address is to be an account's, once this token shows that it is its user's.
    PendingAddress(String),
    /// Somebody has asked for this address in place of the account's.
    AddressChangeBegun(String),
    /// The account has another address.
    AddressChanged,
    /// The account will be deleted at this moment.
    Closing(Moment),
    /// The same, because an administrator has closed it.
    ClosedByAdministrator(Moment),
    /// The second factor is on.
    FactorOn,
    /// The second factor is off.
    FactorOff,
    /// A recovery code was used, and so many are left.
    RecoveryCode(i64),
    /// The account was linked to an identity at this provider.
    SignOnLinked(String),
    /// An identity at this provider logs in to the account no more.
    SignOnUnlinked(String),
    /// Somebody has added a passkey of this name, at this moment.
    Passkey(String, Moment),
    /// A passkey was removed.
    PasskeyRemoved,
    /// Somebody is invited into an album.
    Invitation(InvitationTold),
    /// Somebody is invited to sign up.
    SignUpInvitation(SignUpInvitationTold),
    /// Somebody administers accounts, or does not any more.
    Administration(AdministrationTold),
}

/// The words of an invitation that are not ours.
pub(crate) struct InvitationTold {
    /// The name of who invites.
    pub inviter: String,
    /// The album's title.
    pub title: String,
    /// The role that the invitee gets.
    pub role: MemberRole,
    /// The moment until which it can be accepted.
    pub expires_at: Moment,
    /// The token that leads to it.
    pub token: String,
}

/// The words of an invitation to sign up that are not ours.
pub(crate) struct SignUpInvitationTold {
    /// The name of who invites.
    pub inviter: String,
    /// The moment until which it can be accepted.
    pub expires_at: Moment,
    /// The token that leads to it.
    pub token: String,
}

/// Administration that was given or taken, to one of the two who are told.
#[derive(Clone)]
pub(crate) struct AdministrationTold {
    /// True if it was given.
    pub given: bool,
    /// True if the reader has done it; false if it was done to them.
    pub by_reader: bool,
    /// The other one: the name, and to who has done it the address as well.
    pub other: String,
}

/// The words of a mail, in one language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Its subject.
    pub subject: &'static str,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// The words of its link.
    pub link: &'static str,
    /// The path and fragment that the link leads to.
    pub path: String,
}

impl Occasion {
    /// Returns true for a mail to somebody who may have no account: it greets nobody by name.
    pub fn is_for_anybody(&self) -> bool {
        matches!(self, Self::Invitation(_) | Self::PendingAddress(_) | Self::SignUpInvitation(_))
    }

    /// Returns the words that tell it.
    pub fn words(&self, language: Language) -> Words {
        match language {
            Language::English => crate::english::words(self),
            Language::TraditionalChinese => crate::chinese::words(self),
        }
    }
}

/// Returns a moment as people read it: `2026-07-14 09:30 UTC`.
pub(crate) fn to_the_minute(moment: Moment) -> String {
    let text = moment.sql();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{minute} UTC")
}
