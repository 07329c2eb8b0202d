//! `DELETE /v1/shares/{share}`: revokes a share.
//!
//! One transaction; run twice, the second finds none. The link opens nothing once the projection
//! has its next version, which the relay sees to if this request dies before.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct DeleteShare {
    /// The library and its projection.
    pub projector: Projector,
}

#[async_trait]
impl Route for DeleteShare {
    fn spec() -> Spec {
        Spec::delete("/v1/shares/{share}")
    }

    fn doc() -> Doc {
        Doc::new("Revoke a share")
            .about(
                "For the album's owner. Its link and the keys to it open nothing any more; images that a guest has \
                    already been shown can be had until their `media` expires.",
            )
            .gives_nothing(204)
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let changes = self
            .projector
            .library
            .revoke_share(call.id("share")?, call.caller().await?.user)
            .await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
