//! `GET /v1/search/suggestions`: words that a search may go on with.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{discovery::SuggestionsView, search::Words},
    http::{Call, Doc, Reply, Route, Spec},
    request,
    stores::Library,
};

/// The most words that are suggested.
const MOST: usize = 10;

request! {
    /// The search that is being written.
    struct Query {
        /// The beginning of a search, as it is being written: its last word is gone on with.
        q: Words,
    }
}

/// The route and what it needs.
pub struct ListSuggestions {
    /// The library.
    pub library: Library,
}

#[async_trait]
impl Route for ListSuggestions {
    fn spec() -> Spec {
        Spec::get("/v1/search/suggestions")
    }

    fn doc() -> Doc {
        Doc::new("Words of the caller's photos that begin as the last word of `q` does")
            .about(
                "Ten at most, those of most photos first: words of captions, file names, tags, \
                 cameras and lenses, in small letters and without accents. Photos in the trash do \
                 not count. None for scripts that are written without blanks: there, what has been \
                 written finds photos as it is.",
            )
            .asks::<Query>()
            .gives::<SuggestionsView>(200, json!({"items": [{"word": "ferry", "photos": 12}]}))
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let query = call.query::<Query>()?;
        let owner = call.caller().await?.user;
        let items = self.library.suggestions(owner, &query.q, MOST).await?;
        Ok(Reply::ok(&SuggestionsView { items }))
    }
}
