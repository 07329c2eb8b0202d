//! `PUT /v1/albums/{album}/members/{user}`: makes somebody a member of an album, or gives a member
//! another role.
//!
//! One transaction on the album's shard; run twice, the second changes nothing. The member's own
//! shard is told by the album's projection, which the relay repeats until it knows.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::{
        AlbumId, example,
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
        Doc::new("Make somebody a member, or change their role")
            .about(
                "For the album's owner. `{user}` is a user's id, or the e-mail address of an account. \
                    A viewer looks, comments and has favourites; an editor adds and changes photos, too. \
                    Whoever is new is answered without a name; addresses are counted as \"look-up\".",
            )
            .takes::<Body>(json!({"role": "editor"}))
            .gives::<MemberView>(200, example_member())
            .gives::<MemberView>(201, example::with(example_member(), &json!({"name": null})))
            .fails(&["full"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (album, caller): (AlbumId, _) = (call.id("album")?, call.caller().await?.user);
        let Body { role } = call.body()?;
        // Before anybody is looked for: who has an account is not for everybody to find out.
        self.projector.library.check_owner(album, caller).await?;
        let user = user_lookup::find(call, &self.emails, &self.accounts).await?;
        let (member, new, changes) = self
            .projector
            .library
            .put_member(album, caller, user.id, role)
            .await?;
        self.projector.settle(&changes).await;
        // Whoever adds an address must not learn by it whose that is.
        let (status, name) =
            if new { (StatusCode::CREATED, None) } else { (StatusCode::OK, Some(user.name)) };
        Ok(Reply::json(status, &MemberView::of(&member, name)))
    }
}
