//! `GET /v1/me/invitations`: the invitations that wait for the caller.
//!
//! Items that lead to invitations which have ended are found here, and forgotten a little at a time:
//! they would be in the way of others.

use std::{cmp::Reverse, collections::HashMap};

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

/// Number of ended invitations that one request forgets.
const AT_ONCE: usize = 25;

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
                "Those to the account's address, once it is verified; all in one page, at most 100, the newest first.",
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
    /// The open invitations of the address with this sum, from their albums' shards.
    async fn waiting(&self, invitee: &str) -> Result<Vec<Invitation>> {
        let now = Moment::now();
        let albums = self.invited.albums(invitee).await?;
        let all = self
            .library
            .invitations_of_address(&albums, invitee)
            .await?;
        let (mut open, ended): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|invitation| invitation.is_open(now));
        self.forget(&ended).await;
        open.sort_by_key(|invitation| Reverse(invitation.sent_at));
        Ok(open)
    }

    /// Forgets what leads to these. That it is not forgotten is no reason to show nothing.
    async fn forget(&self, ended: &[Invitation]) {
        for Invitation { invitee, album, sending, .. } in ended.iter().take(AT_ONCE) {
            let forgotten = self.invited.forget_sending(invitee, *album, *sending);
            if let Err(error) = forgotten.await {
                tracing::warn!(error = error.chain(), "an ended invitation is not forgotten");
                return;
            }
        }
    }
}
