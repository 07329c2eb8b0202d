//! `GET /v1/timeline/{month}`: the caller's photos of a month, newest first.
//!
//! The process keeps pages that it has answered with, each with the number of the library's last
//! change that was read before it: while nothing has changed since, reading that number is all that
//! is asked of the database.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{
        Limit, Month, PackedText, PhotoKey, UserId, example,
        view::{PhotoView, WithMedia, with_members},
    },
    error::Error,
    http::{Call, Doc, Reply, Route, Spec, photos},
    stores::{Library, MediaSigner, Page, PageMemory, PhotoPage},
};

/// The route and what it needs.
pub struct GetMonth {
    /// The library.
    pub library: Library,
    /// Signs the query that opens images.
    pub media: MediaSigner,
    /// Pages that were read before.
    pub pages: PageMemory<MonthPage>,
}

/// A page of a month: of whom, of which month, after which photo, and how long.
pub type MonthPage = (UserId, Month, Option<PhotoKey>, u16);

#[async_trait]
impl Route for GetMonth {
    fn spec() -> Spec {
        Spec::get("/v1/timeline/{month}").overlapping()
    }

    fn doc() -> Doc {
        Doc::new("The caller's photos of a month, newest first")
            .about(
                "`month`, such as `2026-07`, is that of the clock of the place where a photo was taken. Photos in the \
                 trash are left out.",
            )
            .paged()
            .gives::<WithMedia<PhotoView>>(
                200,
                example::with(example::list(&example::photo()), &json!({"media": example::media()})),
            )
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let month: Month = call.id("month")?;
        let (limit, after) = call.paging()?;
        let owner = call.caller().await?.user;
        let state = self.library.state(owner).await?;
        let page_key = (owner, month, after, limit.get());
        let kept = self.pages.find(&page_key);
        let current = kept.filter(|page| page.made_at == state.last_change);
        let page = if let Some(page) = current {
            page
        } else {
            let page = self
                .read(owner, month, after, limit, state.last_change)
                .await?;
            self.pages.keep(page_key, &page);
            page
        };
        let page = PhotoPage::from(page);
        let list = photos::own_list_json(call, &page)?;
        let media = photos::media_json(&self.media, state.folder)?;
        Ok(photos::reply(with_members(&list, &[("media", &media)]), page))
    }
}

impl GetMonth {
    async fn read(
        &self,
        owner: UserId,
        month: Month,
        after: Option<PhotoKey>,
        limit: Limit,
        made_at: u64,
    ) -> Result<Page> {
        let read = self
            .library
            .photos_of_month(owner, month, after, limit, made_at)
            .await?;
        let views = serde_json::to_string(&read.items).map_err(Error::internal)?;
        let views = Arc::new(PackedText::pack_quickly(&views));
        Ok(Page { views, next: read.next, made_at })
    }
}
