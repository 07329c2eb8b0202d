//! `GET /v1/invited/{token}`: the invitation that a link leads to.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{
        InvitationId, Moment, SendingId, UserId, example, invitations::InvitationTarget,
        sharing::MemberRole, token::Token,
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library, MailTokens},
};

/// An invitation as whoever has its link sees it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LinkedInvitation")]
struct LinkedView {
    /// The invitation.
    id: InvitationId,
    /// The album's title; `null` for an invitation to sign up.
    title: Option<String>,
    /// The name of who invites.
    inviter: Option<String>,
    /// The role that the invitee gets in the album; `null` for an invitation to sign up.
    role: Option<MemberRole>,
    /// The address that it is bound to.
    email: String,
    /// The moment until which it can be accepted.
    expires_at: Moment,
}

/// The route and what it needs.
pub struct GetInvitation {
    /// The tokens of links.
    pub tokens: MailTokens,
    /// The library.
    pub library: Library,
    /// Accounts, for the name of who invites.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for GetInvitation {
    fn spec() -> Spec {
        Spec::get("/v1/invited/{token}").open()
    }

    fn doc() -> Doc {
        Doc::new("The invitation that a link leads to")
            .about(
                "For whoever has the link. Accepting takes the account of `email`: sign in with it, or sign up with the \
                    token as `invitation`. An administrator's invitation is to sign up, and is accepted by that.",
            )
            .gives::<LinkedView>(200, example_received())
            .fails(&["link-ended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let token = Token::sent(call.segment("token"));
        let link = self.tokens.invitation(&token).await?;
        let link = link.ok_or(Error::NotFound { what: "invitation" })?;
        let found = match link.target {
            InvitationTarget::Album => self.album_invitation(link.sending).await?,
            InvitationTarget::SignUp => self.sign_up_invitation(link.sending).await?,
        };
        let (inviter, mut view) = found.ok_or(Error::LinkEnded)?;
        let mut names = self.accounts.names(&[inviter]).await?;
        view.inviter = names.remove(&inviter);
        Ok(Reply::ok(&view).uncached())
    }
}

impl GetInvitation {
    /// The open invitation into an album, and who invites.
    async fn album_invitation(&self, sending: SendingId) -> Result<Option<(UserId, LinkedView)>> {
        let found = self.library.invitation_of_sending(sending).await?;
        let open = found.filter(|invitation| invitation.is_open(Moment::now()));
        Ok(open.map(|invitation| {
            let view = LinkedView {
                id: invitation.id,
                title: Some(invitation.title),
                inviter: None,
                role: Some(invitation.role),
                email: invitation.address,
                expires_at: invitation.expires_at,
            };
            (invitation.owner, view)
        }))
    }

    /// The open invitation to sign up, and who invites.
    async fn sign_up_invitation(&self, sending: SendingId) -> Result<Option<(UserId, LinkedView)>> {
        let found = self.accounts.sign_up_invitation_of_sending(sending).await?;
        let open = found.filter(|invitation| invitation.is_open(Moment::now()));
        Ok(open.map(|invitation| {
            let view = LinkedView {
                id: invitation.id,
                title: None,
                inviter: None,
                role: None,
                email: invitation.address,
                expires_at: invitation.expires_at,
            };
            (invitation.inviter, view)
        }))
    }
}

/// An invitation for the documentation.
pub(crate) fn example_received() -> Value {
    json!({
        "id": "invitation_01kayzf3n8f5g9m0e7q4v2x8cz", "title": "Summer in Como", "inviter": "Ana",
        "role": "editor", "email": "ben@example.org", "expires_at": example::MOMENT,
    })
}
