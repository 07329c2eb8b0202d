//! The items of heads and pages, read and written.

use std::sync::Arc;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};

use super::{
    AlbumHead, Page,
    albums::{HEAD, head},
    heads::COUNT,
    is_tombstone,
    page_key::PageKey,
    photos,
};
use crate::{
    domain::{AlbumId, Moment, PackedText},
    error::{Error, Result},
    stores::dynamodb::item::{HotItem, n, number, s, text},
};

/// Seconds for which a page stays: a week.
const STAYS: i64 = 7 * 24 * 3600;

/// A head, the count of changes to its photos, and a page that may be old.
#[derive(Default)]
pub struct Found {
    /// The head; `None` for a tombstone, too.
    pub head: Option<AlbumHead>,
    /// The count.
    pub count: Option<u64>,
    /// The page.
    pub page: Option<Page>,
}

impl Found {
    /// Returns the page if it is as new as the head.
    pub fn current(&self) -> Option<&Page> {
        let page = self.page.as_ref()?;
        if self.count == Some(page.made_at) { Some(page) } else { None }
    }

    /// Takes what one item says: the head, or the page.
    pub fn take(&mut self, album: AlbumId, item: &HotItem) -> Result<()> {
        if text(item, "sk")? == HEAD {
            return self.take_head(album, item);
        }
        self.page = Some(read(item)?);
        Ok(())
    }

    /// Takes what a head says.
    fn take_head(&mut self, album: AlbumId, item: &HotItem) -> Result<()> {
        if is_tombstone(item) {
            return Ok(());
        }
        self.count = item.get(COUNT).map(|_| number(item, COUNT)).transpose()?;
        self.head = Some(head(album, item)?);
        Ok(())
    }
}

/// Returns the item of a page.
pub fn written(page_key: PageKey, page: &Page) -> HotItem {
    let mut item = page_key.item_key();
    let mut add = |name: &str, value| item.insert(name.to_owned(), value);
    add("page", AttributeValue::B(Blob::new(page.views.fragment.clone())));
    add("length", n(page.views.length));
    add("crc", n(page.views.crc));
    add("sum", s(&page.views.sum));
    add("made_at", n(page.made_at));
    add("ttl", n(Moment::now().plus(STAYS).epoch()));
    if let Some(next) = page.next {
        add("next", s(photos::sk(next)));
    }
    item
}

fn read(item: &HotItem) -> Result<Page> {
    let fragment = item.get("page").and_then(|page| page.as_b().ok());
    let fragment = fragment.ok_or_else(|| Error::internal("a page without its views"))?;
    let views = PackedText {
        fragment: fragment.clone().into_inner(),
        length: number(item, "length")?,
        crc: number(item, "crc")?,
        sum: text(item, "sum")?.to_owned(),
    };
    let next = item.get("next").map(|_| text(item, "next")).transpose()?;
    Ok(Page {
        views: Arc::new(views),
        next: next.map(photos::key_of_sk).transpose()?,
        made_at: number(item, "made_at")?,
    })
}
