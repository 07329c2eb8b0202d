//! `$method $path`: …

use async_trait::async_trait;
use shared::{
    Result,
    http::{Call, Doc, Reply, Route, Spec},
    stores::Library,
};

/// The route and what it needs.
pub struct $Name {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for $Name {
    fn spec() -> Spec {
        Spec::$call("$path")
    }

    fn doc() -> Doc {
        Doc::new("…")
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let caller = call.caller().await?;
        todo!("answer {} with self.library", caller.user)
    }
}
