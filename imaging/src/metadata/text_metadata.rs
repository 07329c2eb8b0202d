//! The facts that XMP and IPTC have in common.

use crate::TakenAt;

/// Facts of XMP or of IPTC.
#[derive(Debug, Default)]
pub(super) struct TextMetadata {
    pub(super) taken_at: Option<TakenAt>,
    pub(super) caption: Option<String>,
    pub(super) keywords: Vec<String>,
}

impl TextMetadata {
    /// Fills what is not stated here with what `other` states.
    pub(super) fn or(self, other: Self) -> Self {
        let keywords = if self.keywords.is_empty() { other.keywords } else { self.keywords };
        Self {
            taken_at: self.taken_at.or(other.taken_at),
            caption: self.caption.or(other.caption),
            keywords,
        }
    }
}
