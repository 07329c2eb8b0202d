//! Invitations into albums: bound to an address, accepted or declined by whose it is.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlbumId, InvitationId, Moment, SendingId, UserId, sharing::MemberRole};

/// Days for which an invitation can be accepted after it was sent.
pub const INVITATION_DAYS: i64 = 30;

/// The word by which a link is told that leads to an invitation to sign up.
const SIGN_UP: &str = "sign-up";

/// The state of an invitation, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// It can be accepted, until it expires.
    Open,
    /// Its invitee has become a member.
    Accepted,
    /// Its invitee does not want to.
    Declined,
    /// Its owner has taken it back.
    Revoked,
}

impl InvitationState {
    /// The state's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Revoked => "revoked",
        }
    }
}

/// An invitation as the stores know it.
#[derive(Clone)]
pub struct Invitation {
    /// The invitation.
    pub id: InvitationId,
    /// The album that it is into.
    pub album: AlbumId,
    /// The album's title; empty in lists of the owner's, who knows it.
    pub title: String,
    /// The owner of the album, who invites.
    pub owner: UserId,
    /// The keyed sum of the address that it is bound to.
    pub invitee: String,
    /// That address, as its owner has written it; empty once it was accepted or revoked.
    pub address: String,
    /// The role that the invitee gets.
    pub role: MemberRole,
    /// Its state.
    pub state: InvitationState,
    /// Its last sending, whose token alone is good.
    pub sending: SendingId,
    /// The moment at which it was made.
    pub created_at: Moment,
    /// The moment at which it was last sent.
    pub sent_at: Moment,
    /// The moment until which it can be accepted.
    pub expires_at: Moment,
}

impl Invitation {
    /// Returns true if it can be accepted at this moment.
    pub fn is_open(&self, now: Moment) -> bool {
        self.state == InvitationState::Open && self.expires_at > now
    }
}

impl fmt::Debug for Invitation {
    /// Without what must not be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("id", &self.id)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The outlook of an invitation to the album's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationOutlook {
    /// It can be accepted.
    Open,
    /// Nobody has accepted it in time. It can be sent again.
    Expired,
    /// The invitee has declined it.
    Declined,
}

/// An invitation as the album's owner sees it, until it is accepted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Invitation")]
pub struct InvitationView {
    /// The invitation.
    pub id: InvitationId,
    /// The album that it is into.
    pub album: AlbumId,
    /// The address that it is bound to, as the owner has written it.
    pub email: String,
    /// The role that the invitee gets.
    pub role: MemberRole,
    /// Its state.
    pub state: InvitationOutlook,
    /// The moment at which it was made.
    pub created_at: Moment,
    /// The moment at which it was last sent.
    pub sent_at: Moment,
    /// The moment until which it can be accepted: 30 days after it was last sent.
    pub expires_at: Moment,
}

impl InvitationView {
    /// The invitation at this moment.
    pub fn of(invitation: Invitation, now: Moment) -> Self {
        let state = if invitation.state == InvitationState::Declined {
            InvitationOutlook::Declined
        } else if invitation.is_open(now) {
            InvitationOutlook::Open
        } else {
            InvitationOutlook::Expired
        };
        Self {
            id: invitation.id,
            album: invitation.album,
            email: invitation.address,
            role: invitation.role,
            state,
            created_at: invitation.created_at,
            sent_at: invitation.sent_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// An invitation as its invitee sees it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReceivedInvitation")]
pub struct ReceivedInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The album's title.
    pub title: String,
    /// The name of the album's owner, who invites.
    pub inviter: Option<String>,
    /// The role that the invitee gets.
    pub role: MemberRole,
    /// The address that it is bound to.
    pub email: String,
    /// The moment until which it can be accepted.
    pub expires_at: Moment,
}

impl ReceivedInvitation {
    /// The invitation of an owner with this name.
    pub fn of(invitation: Invitation, inviter: Option<String>) -> Self {
        Self {
            id: invitation.id,
            title: invitation.title,
            inviter,
            role: invitation.role,
            email: invitation.address,
            expires_at: invitation.expires_at,
        }
    }
}

/// The thing that an invitation is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationTarget {
    /// An album.
    Album,
    /// The service: an administrator invites to sign up.
    SignUp,
}

/// The state that the token of an invitation is made for: one sending, and its way to the invitee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvitationLink {
    /// The thing that it is to.
    pub target: InvitationTarget,
    /// The sending that the token belongs to.
    pub sending: SendingId,
    /// True if a mail has brought it, which shows that whoever has it reads the address.
    pub mailed: bool,
}

impl fmt::Display for InvitationLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.mailed { "mailed" } else { "handed" };
        match self.target {
            InvitationTarget::Album => write!(f, "{} {way}", self.sending),
            InvitationTarget::SignUp => write!(f, "{} {way} {SIGN_UP}", self.sending),
        }
    }
}

impl FromStr for InvitationLink {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.split(' ');
        let sending = words.next().unwrap_or_default().parse().map_err(drop)?;
        let mailed = match words.next() {
            Some("mailed") => true,
            Some("handed") => false,
            _ => return Err(()),
        };
        let target = match (words.next(), words.next()) {
            (None, _) => InvitationTarget::Album,
            (Some(SIGN_UP), None) => InvitationTarget::SignUp,
            _ => return Err(()),
        };
        Ok(Self { target, sending, mailed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    fn invitation(state: InvitationState, expires_at: Moment) -> Invitation {
        let shard = Shard::random();
        Invitation {
            id: InvitationId::new(shard),
            album: AlbumId::new(shard),
            title: "Summer".to_owned(),
            owner: UserId::new(shard),
            invitee: String::new(),
            address: "ben@example.org".to_owned(),
            role: MemberRole::Viewer,
            state,
            sending: SendingId::new(shard),
            created_at: Moment::from_micros(0),
            sent_at: Moment::from_micros(0),
            expires_at,
        }
    }

    #[test]
    fn an_invitation_is_open_until_it_expires_or_is_answered() {
        let now = Moment::now();
        let outlook = |state, at| InvitationView::of(invitation(state, at), now).state;
        assert_eq!(outlook(InvitationState::Open, now.plus(1)), InvitationOutlook::Open);
        assert_eq!(outlook(InvitationState::Open, now), InvitationOutlook::Expired);
        assert_eq!(outlook(InvitationState::Declined, now.plus(1)), InvitationOutlook::Declined);
        assert!(!invitation(InvitationState::Accepted, now.plus(1)).is_open(now));
        assert!(!invitation(InvitationState::Revoked, now.plus(1)).is_open(now));
    }

    #[test]
    fn what_a_token_stands_for_is_read_back() {
        let sending = SendingId::new(Shard::random());
        for target in [InvitationTarget::Album, InvitationTarget::SignUp] {
            for mailed in [true, false] {
                let link = InvitationLink { target, sending, mailed };
                assert_eq!(link.to_string().parse(), Ok(link));
            }
        }
        let unknown = ["told", "mailed elsewhere", "mailed sign-up twice"];
        let unknown = unknown.map(|words| format!("{sending} {words}"));
        for other in ["", "mailed", "sending_x mailed"]
            .iter()
            .copied()
            .chain(unknown.iter().map(String::as_str))
        {
            assert!(other.parse::<InvitationLink>().is_err(), "{other}");
        }
    }
}
