//! `DELETE /v1/invitations/{invitation}`: takes an invitation back.
//!
//! One transaction; run twice, the second finds none. Its link has ended with the row, and nothing
//! else has to be told.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct DeleteInvitation {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteInvitation {
    fn spec() -> Spec {
        Spec::delete("/v1/invitations/{invitation}")
    }

    fn doc() -> Doc {
        Doc::new("Take an invitation back")
            .about(
                "For the album's owner. Its link has ended. Who has accepted is a member: take them out of the members.",
            )
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let changes = self
            .projector
            .library
            .revoke_invitation(call.id("invitation")?, call.caller().await?.user)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
