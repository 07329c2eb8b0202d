//! Pages: the newest photos of an album in one item, for each audience and size.
//!
//! A page is made by the reader who finds none, or one that was made at another count than the
//! album's head has ([`super::heads`]). It reads the count first and the photos afterwards, both
//! consistently, so the page shows whatever the count had counted. A page is put on condition that
//! the head is there with that count, in one transaction with that check: nothing is put beside the
//! tombstone of an album, and what stood before the tombstone is deleted after it.
//!
//! Pages have a partition of their own, so that code of before, which reads an album by one query,
//! does not come across them. They expire some days after they were made: a page that nobody reads
//! is not kept, and one that is old, which nobody is shown, does not stay.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{ConditionCheck, Put, TransactWriteItem};
use futures::future::{try_join, try_join_all};

use super::{
    AlbumHead, Audience, Hot, Page, PhotoPage, PhotoViews,
    albums::{HEAD, views_for},
    of_album,
    page_item::{self, Found},
    page_key::PageKey,
    photos,
};
use crate::{
    domain::{AlbumId, Limit, Moment, PackedText, view::array},
    error::{Of, Result},
    stores::dynamodb::item::{HotItem, key, n, s},
};

/// The most bytes of a page that is put: an item has at most 400 KB.
const LARGEST: usize = 350_000;

impl Hot {
    /// Returns an album's head and its newest photos. One request where the page is there; where it
    /// is not, one for the photos, and one that puts the page.
    pub(super) async fn newest_page(
        &self,
        page_key: PageKey,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        if page_key.who == Audience::Members {
            return self.page_of(page_key, limit).await;
        }
        let began = Moment::now();
        if let Some((head, page)) = self.lately.pages.find(&page_key, began) {
            return Ok((Some(head), page.into()));
        }
        let (head, page) = self.page_of(page_key, limit).await?;
        if let (Some(head), Some(page)) = (&head, self.memory.find(&page_key)) {
            self.lately
                .pages
                .keep(page_key, (head.clone(), page), began);
        }
        Ok((head, page))
    }

    /// Reads head and page, or makes the page.
    async fn page_of(
        &self,
        page_key: PageKey,
        limit: Limit,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        let is_for_members = page_key.who == Audience::Members;
        let kept = self.memory.find(&page_key);
        let is_kept = kept.is_some();
        let mut found = match kept {
            Some(page) => {
                self.head_beside(page_key.album, page, is_for_members)
                    .await?
            }
            None => self.head_and_page(page_key, is_for_members).await?,
        };
        let is_certain = is_for_members && !is_kept;
        if found.current().is_none() && !is_certain {
            found = self.head_and_page(page_key, true).await?;
        }
        let page = match found.current() {
            Some(page) => page.clone(),
            None => match self.make_page(page_key, &found).await? {
                Some(page) => page,
                None => return self.unmade(page_key, limit, found.head).await,
            },
        };
        self.memory.keep(page_key, &page);
        Ok((found.head, page.into()))
    }

    /// Returns the photos of an album that no page is made of: the head is missing, or says that it
    /// is in the trash.
    async fn unmade(
        &self,
        page_key: PageKey,
        limit: Limit,
        head: Option<AlbumHead>,
    ) -> Result<(Option<AlbumHead>, PhotoPage)> {
        if head.is_some() {
            return Ok((head, PhotoPage { views: PhotoViews::Each(Vec::new()), next: None }));
        }
        self.listed(page_key.who, page_key.album, limit).await
    }

    /// Reads the head that says whether a page which this process has is old.
    async fn head_beside(&self, album: AlbumId, page: Page, consistent: bool) -> Result<Found> {
        let mut beside = Found { page: Some(page), ..Found::default() };
        if let Some(item) = self.item(key(of_album(album), HEAD), consistent).await? {
            beside.take(album, &item)?;
        }
        Ok(beside)
    }

    /// Reads head and page at the same time. The page is read eventually consistent, at half the
    /// price: one that is behind has another count than the head.
    async fn head_and_page(&self, page_key: PageKey, consistent: bool) -> Result<Found> {
        let head = self.item(key(of_album(page_key.album), HEAD), consistent);
        let page = self.item(page_key.item_key(), false);
        let (head, page) = try_join(head, page).await?;
        let mut found = Found::default();
        for item in [head, page].into_iter().flatten() {
            found.take(page_key.album, &item)?;
        }
        Ok(found)
    }

    /// Reads an item.
    async fn item(&self, key: HotItem, consistent: bool) -> Result<Option<HotItem>> {
        let get = self.client.get_item().table_name(&self.table);
        let answer = get
            .set_key(Some(key))
            .consistent_read(consistent)
            .send()
            .await
            .of("hot")?;
        Ok(answer.item)
    }

    /// Makes a page from the photos and puts it; `None` if the album has no head, or is in the
    /// trash.
    async fn make_page(&self, page_key: PageKey, found: &Found) -> Result<Option<Page>> {
        let Some(head) = &found.head else { return Ok(None) };
        if head.members.is_empty() {
            return Ok(None);
        }
        let counted = match found.count {
            // A head of before there were pages.
            None => self.raise_one(page_key.album).await?,
            count => count,
        };
        let Some(made_at) = counted else { return Ok(None) };
        let page = self.read_photos(page_key, made_at).await?;
        if page.views.fragment.len() <= LARGEST
            && let Err(error) = self.put_page(page_key, &page).await
        {
            tracing::warn!(error = error.chain(), "a page was not put");
        }
        Ok(Some(page))
    }

    /// Reads the newest photos, consistently, after the count was read.
    async fn read_photos(&self, page_key: PageKey, made_at: u64) -> Result<Page> {
        let most = page_key.size.photos();
        let limit = i32::try_from(most + 1).unwrap_or(i32::MAX);
        let query = self.client.query().table_name(&self.table);
        let found = query
            .key_condition_expression("pk = :album AND begins_with(sk, :photos)")
            .expression_attribute_values(":album", s(of_album(page_key.album)))
            .expression_attribute_values(":photos", s("PHOTO#"))
            .consistent_read(true)
            .scan_index_forward(false)
            .limit(limit)
            .send()
            .await
            .of("hot")?;
        let shown: Vec<&HotItem> = found.items().iter().take(most).collect();
        let is_cut = found.items().len() > most || found.last_evaluated_key().is_some();
        let next = match shown.last() {
            Some(last) if is_cut => Some(photos::key_of(last)?),
            _ => None,
        };
        let views = array(&views_for(page_key.who, &shown)?);
        Ok(Page { views: Arc::new(PackedText::pack(&views)), next, made_at })
    }

    /// Puts a page, if the album's head is there with the count that it was made at.
    async fn put_page(&self, page_key: PageKey, page: &Page) -> Result<()> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key(of_album(page_key.album), HEAD)))
            .condition_expression("raised = :count")
            .expression_attribute_values(":count", n(page.made_at))
            .build()
            .of("hot")?;
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(page_item::written(page_key, page)))
            .build()
            .of("hot")?;
        let sent = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().condition_check(check).build())
            .transact_items(TransactWriteItem::builder().put(put).build())
            .send()
            .await;
        match sent.map_err(aws_sdk_dynamodb::Error::from) {
            // It is old already, or another reader puts it.
            Ok(_) | Err(aws_sdk_dynamodb::Error::TransactionCanceledException(_)) => Ok(()),
            Err(error) => Err(error).of("hot"),
        }
    }

    /// Deletes all pages of an album.
    pub(super) async fn delete_pages(&self, album: AlbumId) -> Result<()> {
        let deleted = PageKey::all_of(album).into_iter().map(async |page_key| {
            let delete = self.client.delete_item().table_name(&self.table);
            delete
                .set_key(Some(page_key.item_key()))
                .send()
                .await
                .of("hot")
        });
        try_join_all(deleted).await.map(drop)
    }
}
