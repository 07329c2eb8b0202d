//! Pages of photos as readers get them.

use std::sync::Arc;

use super::Page;
use crate::{
    domain::{PackedText, PhotoKey, view::array},
    error::Result,
};

/// A page of an album's photos.
#[derive(Debug)]
pub struct PhotoPage {
    /// Their views, newest first.
    pub views: PhotoViews,
    /// The key to go on from; `None` at the end.
    pub next: Option<PhotoKey>,
}

/// The views of a page.
#[derive(Debug)]
pub enum PhotoViews {
    /// Each by itself.
    Each(Vec<String>),
    /// All in one JSON array, packed.
    Packed(Arc<PackedText>),
}

impl PhotoViews {
    /// Returns them as a JSON array.
    ///
    /// # Errors
    /// [`Error::Internal`] when what is packed cannot be read.
    pub fn json(&self) -> Result<String> {
        match self {
            Self::Each(views) => Ok(array(views)),
            Self::Packed(packed) => packed.text(),
        }
    }
}

impl From<Page> for PhotoPage {
    fn from(page: Page) -> Self {
        Self { views: PhotoViews::Packed(page.views), next: page.next }
    }
}
