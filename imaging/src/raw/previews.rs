//! The previews that are found in a RAW file.

use crate::{Error, jpeg};

/// The previews of a file.
#[derive(Default)]
pub(super) struct Previews<'a> {
    /// Pieces of the file that are JPEG, or should be.
    pub(super) found: Vec<&'a [u8]>,
    /// True if something is missing that may be a preview.
    pub(super) is_cut: bool,
}

impl<'a> Previews<'a> {
    /// Adds the bytes at this offset, of this length.
    pub(super) fn add_span(&mut self, bytes: &'a [u8], offset: u32, length: u32) {
        let from = offset as usize;
        match bytes.get(from..from.saturating_add(length as usize)) {
            Some(preview) => self.found.push(preview),
            None => self.is_cut = true,
        }
    }

    /// Returns the preview with the most pixels; of two that are as large, the later one.
    ///
    /// # Errors
    /// [`Error::Truncated`] where one may have been cut off, and [`Error::UnsupportedFormat`] where
    /// there is none.
    pub(super) fn largest(self) -> Result<&'a [u8], Error> {
        let mut largest = None;
        let mut most = 0;
        for preview in self.found {
            let Ok((width, height)) = jpeg::size(preview) else { continue };
            let pixels = u64::from(width) * u64::from(height);
            if pixels >= most {
                most = pixels;
                largest = Some(preview);
            }
        }
        match largest {
            Some(preview) => Ok(preview),
            None if self.is_cut => Err(Error::Truncated),
            None => Err(Error::UnsupportedFormat("RAW without a preview in JPEG")),
        }
    }
}
