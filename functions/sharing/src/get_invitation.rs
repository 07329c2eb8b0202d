//! `GET /v1/invited/{token}`: the invitation that a link leads to.

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{example, invitations::ReceivedInvitation},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Library, MailTokens},
};

use crate::answering;

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
                    token as `invitation`.",
            )
            .gives::<ReceivedInvitation>(200, example_received())
            .fails(&["link-ended"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let token = call.segment("token");
        let (invitation, _) = answering::of_token(&self.tokens, &self.library, token).await?;
        let owner = invitation.owner;
        let mut names = self.accounts.names(&[owner]).await?;
        let received = ReceivedInvitation::of(invitation, names.remove(&owner));
        Ok(Reply::ok(&received).uncached())
    }
}

/// An invitation for the documentation.
pub(crate) fn example_received() -> Value {
    json!({
        "id": "invitation_01kayzf3n8f5g9m0e7q4v2x8cz", "title": "Summer in Como", "inviter": "Ana",
        "role": "editor", "email": "ben@example.org", "expires_at": example::MOMENT,
    })
}
