//! `DELETE /v1/photos/{photo}`: puts a photo into the trash.
//!
//! One transaction; a photo that is in the trash stays there, and the answer is the same. One whose
//! bytes never came is gone at once: S3 is asked whether they have, because the worker may not know
//! yet. One that S3 was not asked about goes into the trash: it may have become pending since, with
//! bytes that are kept. An object that comes after that is deleted by the worker, and what S3 has
//! of an upload in parts by what works off the pending cleanup of photos.

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::{Originals, Projector, library::WriteAccess},
};

/// The route and what it needs.
pub struct DeletePhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// The bucket that the bytes come to.
    pub originals: Originals,
}

#[async_trait]
impl Route for DeletePhoto {
    fn spec() -> Spec {
        Spec::delete("/v1/photos/{photo}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Put a photo into the trash")
            .about(
                "For the owner. Its albums no longer count or show it; `POST /v1/photos/{photo}/restore` brings it \
                 back to them. 204 also when it is in the trash already. A photo whose bytes never came is gone at \
                 once, and gives back what it took of the quota.",
            )
            .gives_nothing(204)
            .fails(&["not-allowed"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("photo")?, call.caller().await?.user);
        let writer = WriteAccess::owner(caller).having_seen(call.if_match()?);
        let library = &self.projector.library;
        let missing = match library.find_awaited_upload(id, &writer).await? {
            Some(awaited) if !self.originals.has(&awaited).await? => Some(awaited),
            _ => None,
        };
        let changes = library.trash_photo(id, &writer, missing.as_ref()).await?;
        self.projector.settle(&changes).await;
        Ok(Reply::no_content())
    }
}
