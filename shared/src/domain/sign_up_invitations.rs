//! Invitations to sign up, which administrators send: each bound to an address, over once there is
//! an account with it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::{InvitationId, Moment, SendingId, UserId};

/// An invitation to sign up as the stores know it. One that was accepted or revoked is gone.
#[derive(Clone)]
pub struct SignUpInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The administrator who has sent it last.
    pub inviter: UserId,
    /// The keyed sum of the address that it is bound to.
    pub invitee: String,
    /// That address, as the administrator has written it.
    pub address: String,
    /// Its last sending, whose token alone is good.
    pub sending: SendingId,
    /// The moment at which it was made.
    pub created_at: Moment,
    /// The moment at which it was last sent.
    pub sent_at: Moment,
    /// The moment until which it can be accepted.
    pub expires_at: Moment,
}

impl SignUpInvitation {
    /// Returns true if it can be accepted at this moment.
    pub fn is_open(&self, now: Moment) -> bool {
        self.expires_at > now
    }
}

impl fmt::Debug for SignUpInvitation {
    /// Without what must not be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUpInvitation")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The outlook of an invitation to sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignUpOutlook {
    /// It can be accepted.
    Open,
    /// Nobody has accepted it in time. It can be sent again.
    Expired,
}

/// An invitation to sign up as administrators see it, until it is accepted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignUpInvitation")]
pub struct SignUpInvitationView {
    /// The invitation.
    pub id: InvitationId,
    /// The address that it is bound to, as it was written.
    pub email: String,
    /// The name of the administrator who has sent it last.
    pub inviter: Option<String>,
    /// Its state.
    pub state: SignUpOutlook,
    /// The moment at which it was made.
    pub created_at: Moment,
    /// The moment at which it was last sent.
    pub sent_at: Moment,
    /// The moment until which it can be accepted: 30 days after it was last sent.
    pub expires_at: Moment,
}

impl SignUpInvitationView {
    /// The invitation at this moment, sent by somebody of this name.
    pub fn of(invitation: SignUpInvitation, inviter: Option<String>, now: Moment) -> Self {
        let is_open = invitation.is_open(now);
        Self {
            id: invitation.id,
            email: invitation.address,
            inviter,
            state: if is_open { SignUpOutlook::Open } else { SignUpOutlook::Expired },
            created_at: invitation.created_at,
            sent_at: invitation.sent_at,
            expires_at: invitation.expires_at,
        }
    }
}
