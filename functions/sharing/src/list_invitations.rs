//! `GET /v1/albums/{album}/invitations`: an album's invitations that nobody has accepted, newest
//! first.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{AlbumId, List, Moment, Page, example, invitations::InvitationView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

use crate::sending::example_invitation;

/// The route and what it needs.
pub struct ListInvitations {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListInvitations {
    fn spec() -> Spec {
        Spec::get("/v1/albums/{album}/invitations")
    }

    fn doc() -> Doc {
        Doc::new("An album's invitations, newest first")
            .about(
                "For the album's owner. Those that were accepted are members, those that were revoked are gone; those \
                    that were declined or have expired are listed until they are sent again or revoked, or for 30 days \
                    after their time was over.",
            )
            .paged()
            .gives::<List<InvitationView>>(200, example::list(&example_invitation()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), user) = (call.paging()?, call.caller().await?.user);
        let album: AlbumId = call.id("album")?;
        let page = self
            .library
            .invitations_of(album, user, before, limit)
            .await?;
        let now = Moment::now();
        let views = page.items.into_iter();
        let items = views.map(|one| InvitationView::of(one, now)).collect();
        Ok(Reply::ok(&call.page(Page { items, next: page.next })?))
    }
}
