//! `DELETE /v1/trash`: has all that the caller has in the trash go at once.
//!
//! One transaction writes the time into the caller's row, by which `purge-trash` finds what to end.
//! A second run writes a later time: what has come into the trash meanwhile goes, too. A death
//! before the commit changes nothing, and after it only the row of activity waits for the relay.

use async_trait::async_trait;
use http::StatusCode;
use serde_json::json;
use shared::{
    Result,
    domain::discovery::EmptiedTrashView,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Projector,
};

/// The route and what it needs.
pub struct EmptyTrash {
    /// The library, and the record of activity.
    pub projector: Projector,
}

#[async_trait]
impl Route for EmptyTrash {
    fn spec() -> Spec {
        Spec::delete("/v1/trash")
    }

    fn doc() -> Doc {
        Doc::new("Empty the trash")
            .about(
                "All photos and albums that are in the caller's trash go for good: they are \
                 neither listed nor restored any more, and are deleted within hours. Until then \
                 their bytes count for the caller's usage. Photos of a deleted album stay.",
            )
            .gives::<EmptiedTrashView>(202, json!({"photos": 12, "albums": 1}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let owner = call.caller().await?.user;
        let (emptied, changes) = self.projector.library.empty_trash(owner).await?;
        self.projector.settle(&changes).await;
        Ok(Reply::json(StatusCode::ACCEPTED, &emptied))
    }
}
