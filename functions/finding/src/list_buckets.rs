//! `GET /v1/timeline/buckets`: the months in which the caller's photos were taken, newest first.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{List, discovery::MonthView, example},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

/// The route and what it needs.
pub struct ListBuckets {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListBuckets {
    fn spec() -> Spec {
        Spec::get("/v1/timeline/buckets")
    }

    fn doc() -> Doc {
        Doc::new("The months in which the caller's photos were taken, newest first")
            .about("Months of the clock of the place where a photo was taken. What is in the trash is not counted.")
            .paged()
            .gives::<List<MonthView>>(200, example::list(&json!({"month": "2026-07", "photos": 118})))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, before), owner) = (call.paging()?, call.caller().await?.user);
        Ok(Reply::ok(&call.page(self.library.months(owner, before, limit).await?)?))
    }
}
