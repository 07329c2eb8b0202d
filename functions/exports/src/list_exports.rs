//! `GET /v1/me/exports`: the caller's exports, newest first.

use async_trait::async_trait;
use shared::{
    Result,
    domain::{List, Scope, example, export::ExportView},
    http::{Call, Doc, Reply, Route, Spec},
    stores::Exports,
};

use crate::create_export;

/// The route and what it needs.
pub struct ListExports {
    /// The exports that were asked for.
    pub exports: Exports,
}

#[async_trait]
impl Route for ListExports {
    fn spec() -> Spec {
        Spec::get("/v1/me/exports").scope(Scope::Account)
    }

    fn doc() -> Doc {
        Doc::new("The caller's exports, newest first")
            .paged()
            .gives::<List<ExportView>>(200, example::list(&create_export::example()))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (limit, before) = call.paging()?;
        let user = call.caller().await?.user;
        Ok(Reply::ok(&call.page(self.exports.list(user, before, limit).await?)?))
    }
}
