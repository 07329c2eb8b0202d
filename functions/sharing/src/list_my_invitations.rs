//! `GET /v1/me/invitations`: the invitations that wait for the caller.

use std::collections::HashMap;

use async_trait::async_trait;
use shared::{
    Result,
    domain::{
        List, Moment, example,
        invitations::{Invitation, ReceivedInvitation},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Invited, Library},
};

use crate::{answering::sum_of, get_invitation::example_received};

/// The route and what it needs.
pub struct ListMyInvitations {
    /// Accounts.
    pub accounts: Accounts,
    /// The albums that addresses have been invited into.
    pub invited: Invited,
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListMyInvitations {
    fn spec() -> Spec {
        Spec::get("/v1/me/invitations")
    }

    fn doc() -> Doc {
        Doc::new("The invitations that wait for the caller")
            .about(
                "Those to the account's address, once it is verified; all in one page, at most 100.",
            )
            .gives::<List<ReceivedInvitation>>(200, example::list(&example_received()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let user = call.caller().await?.user;
        let account = self
            .accounts
            .find(user)
            .await?
            .ok_or(Error::NotFound { what: "user" })?;
        let mut waiting = Vec::new();
        if account.email_verified_at.is_some() {
            waiting = self.waiting(&sum_of(call, &account)?).await?;
        }
        waiting.retain(|invitation| invitation.owner != user);
        let owners: Vec<_> = waiting.iter().map(|invitation| invitation.owner).collect();
        let names = match owners.as_slice() {
            [] => HashMap::new(),
            owners => self.accounts.names(owners).await?,
        };
        let mut items = Vec::with_capacity(waiting.len());
        for invitation in waiting {
            let inviter = names.get(&invitation.owner).cloned();
            items.push(ReceivedInvitation::of(invitation, inviter));
        }
        Ok(Reply::ok(&List { items, next: None }))
    }
}

impl ListMyInvitations {
    /// The open invitations of the address with this sum, each from its album's shard.
    async fn waiting(&self, invitee: &str) -> Result<Vec<Invitation>> {
        let now = Moment::now();
        let mut waiting = Vec::new();
        for album in self.invited.albums(invitee).await? {
            let found = self.library.invitation_of_address(album, invitee).await?;
            waiting.extend(found.filter(|invitation| invitation.is_open(now)));
        }
        Ok(waiting)
    }
}
