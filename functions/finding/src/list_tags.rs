//! `GET /v1/tags`: the tags of the caller's photos, sorted, with how many photos have each.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{List, discovery::TagView, example},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

/// The route and what it needs.
pub struct ListTags {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListTags {
    fn spec() -> Spec {
        Spec::get("/v1/tags")
    }

    fn doc() -> Doc {
        Doc::new("The tags of the caller's photos, sorted")
            .about("Photos in the trash are not counted.")
            .paged()
            .gives::<List<TagView>>(200, example::list(&json!({"tag": "lake", "photos": 12})))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let ((limit, after), owner) = (call.paging()?, call.caller().await?.user);
        Ok(Reply::ok(&call.page(self.library.tags_of(owner, after, limit).await?)?))
    }
}
