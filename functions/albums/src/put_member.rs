//! `PUT /v1/albums/{album}/members/{user}`: gives a member of an album another role.
//!
//! One transaction on the album's shard; run twice, the second changes nothing. The member's own
//! shard is told by the album's projection, which the relay repeats until it knows. Nobody becomes a
//! member by it: that takes an invitation, which its invitee accepts.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId,
        sharing::{MemberRole, MemberView},
    },
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::{Accounts, Emails, Projector},
};

use crate::{list_members::example_member, user_lookup};

request! {
    /// The role that the member gets.
    struct Body {
        /// The role.
        role: MemberRole,
    }
}

/// The route and what it needs.
pub struct PutMember {
    /// The library and its projection.
    pub projector: Projector,
    /// Addresses, and whose each is.
    pub emails: Emails,
    /// Accounts.
    pub accounts: Accounts,
}

#[async_trait]
impl Route for PutMember {
    fn spec() -> Spec {
        Spec::put("/v1/albums/{album}/members/{user}")
    }

    fn doc() -> Doc {
        Doc::new("Change a member's role")
            .about(
                "For the album's owner. `{user}` is a member's id, or the e-mail address of their account. \
                    A viewer looks, comments and has favourites; an editor adds and changes photos, too. \
                    Who is no member is invited: `POST /v1/albums/{album}/invitations`. Addresses are counted as \
                    \"look-up\".",
            )
            .takes::<Body>(json!({"role": "editor"}))
            .gives::<MemberView>(200, example_member())
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let Body { role } = call.body()?;
        // Before anybody is looked for: who has an account is not for everybody to find out.
        self.projector.library.check_owner(album, caller).await?;
        let user = user_lookup::find(call, &self.emails, &self.accounts).await?;
        let (member, changes) = self
            .projector
            .library
            .change_role(album, caller, user.id, role)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::ok(&MemberView::of(&member, Some(user.name))))
    }
}
