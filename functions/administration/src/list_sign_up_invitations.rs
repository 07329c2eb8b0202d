//! `GET /v1/sign-up/invitations`: the invitations to sign up that nobody has accepted, newest first.

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    Result,
    domain::{List, Moment, Page, example, sign_up_invitations::SignUpInvitationView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Accounts,
};

/// The route and what it needs.
pub struct ListSignUpInvitations {
    /// Accounts, which have the invitations.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for ListSignUpInvitations {
    fn spec() -> Spec {
        Spec::get("/v1/sign-up/invitations").administrator()
    }

    fn doc() -> Doc {
        Doc::new("The invitations to sign up, newest first")
            .about(
                "For administrators, whoever of them has sent them. Those that were accepted or \
                 revoked are gone; those that have expired are listed until they are sent again or \
                 revoked, or for 30 days.",
            )
            .paged()
            .gives::<List<SignUpInvitationView>>(200, example::list(&example_invitation()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (limit, before) = call.paging()?;
        let page = self.accounts.sign_up_invitations(before, limit).await?;
        let inviters: Vec<_> = page.items.iter().map(|one| one.inviter).collect();
        let names = self.accounts.names(&inviters).await?;
        let now = Moment::now();
        let mut items = Vec::with_capacity(page.items.len());
        for invitation in page.items {
            let inviter = names.get(&invitation.inviter).cloned();
            items.push(SignUpInvitationView::of(invitation, inviter, now));
        }
        Ok(Reply::ok(&call.page(Page { items, next: page.next })?))
    }
}

/// An invitation for the documentation.
pub(crate) fn example_invitation() -> Value {
    json!({
        "id": "invitation_01kayzf3n8f5g9m0e7q4v2x8cz", "email": "ben@example.org", "inviter": "Ana",
        "state": "open", "created_at": example::MOMENT, "sent_at": example::MOMENT,
        "expires_at": "2026-08-13T09:30:00.000000Z",
    })
}
