//! `DELETE /v1/albums/{album}/members/{user}`: takes somebody out of an album's members; `me`
//! leaves.
//!
//! One transaction on the album's shard; run twice, the second finds no member. The album's head
//! forgets the role with the projection, and the member's own shard is told after it.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, sharing::UserReference},
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Accounts, Emails, Projector},
};

use crate::user_lookup;

/// The route and what it needs.
pub struct DeleteMember {
    /// The library and its projection.
    pub projector: Projector,
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for DeleteMember {
    fn spec() -> Spec {
        Spec::delete("/v1/albums/{album}/members/{user}")
    }

    fn doc() -> Doc {
        Doc::new("Take somebody out of the members, or leave")
            .about("For the album's owner, and for the member themself, as `me`. What they have added stays.")
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let user = match call.id("user")? {
            UserReference::Me => caller,
            // An account that is gone may still be a member.
            UserReference::User(user) => user,
            UserReference::Email(_) => {
                // Before anybody is looked for: who has an account is not for everybody to find
                // out.
                self.projector.library.check_viewer(album, caller).await?;
                user_lookup::find(call, &self.emails, &self.accounts)
                    .await?
                    .id
            }
        };
        let changes = self
            .projector
            .library
            .remove_member(album, caller, user)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
