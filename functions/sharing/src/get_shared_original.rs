//! `GET /v1/shared/{token}/photos/{photo}/original`: leads a guest to a photo's bytes as they were
//! uploaded, by a URL that lasts five minutes, if the share allows that.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Originals, Projector},
};

use crate::guest;

/// The route and what it needs.
pub struct GetSharedOriginal {
    /// The library and its projection.
    pub projector: Projector,
    /// Originals.
    pub originals: Originals,
}

#[async_trait]
impl Route for GetSharedOriginal {
    fn spec() -> Spec {
        Spec::get("/v1/shared/{token}/photos/{photo}/original").open()
    }

    fn doc() -> Doc {
        Doc::new("A shared photo's original")
            .about(
                "Of shares with `allow_original`; of others, it is not found. `Location` is good for five minutes. \
                    The file is as it was uploaded, with all that it says; its name is not the owner's.",
            )
            .gives_nothing(302)
            .fails(&["share-locked"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let photo = call.id("photo")?;
        let share = guest::open(call, &self.projector.hot).await?;
        if !share.allows.originals {
            return Err(guest::NONE);
        }
        let (original, name) = self
            .projector
            .library
            .original_in(share.album, photo)
            .await?;
        Ok(Reply::found(&self.originals.download(&original, &name).await?))
    }
}
