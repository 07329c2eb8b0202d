//! The picture of a card: a cover's rendition as JPEG.
//!
//! Renditions are WebP, which Telegram does not show in cards (telegramdesktop/tdesktop#16312),
//! and which others do not promise to show. All take JPEG, but some leave out what is
//! larger than 300 KB.

use imaging::{Encoding, RenderOptions, render};
use shared::{Result, error::Error};

/// The long edge of a card's picture at most, in pixels: that of a rendition, so that nothing is
/// scaled. Cards with a large picture ask for 1200, and take less.
pub const LONG_EDGE: u32 = 1024;

/// The most bytes that every messenger takes.
const MOST_BYTES: usize = 300_000;

/// Qualities that are tried, one after the other, until the picture is small enough. Nearly all are
/// by the first.
const QUALITIES: [f32; 3] = [78.0, 60.0, 40.0];

/// Returns a rendition as JPEG of the same size in pixels.
///
/// # Errors
/// When it is no picture: nothing else is stored as a rendition.
pub fn jpeg(rendition: &[u8]) -> Result<Vec<u8>> {
    let mut smallest = Vec::new();
    for quality in QUALITIES {
        let options = RenderOptions {
            long_edges: vec![LONG_EDGE],
            encoding: Encoding::Jpeg,
            quality,
            ..RenderOptions::default()
        };
        let mut rendered = render(rendition, &options).map_err(Error::internal)?;
        let picture = rendered.renditions.pop();
        smallest = picture
            .ok_or_else(|| Error::internal("a rendition of which nothing was rendered"))?
            .bytes;
        if smallest.len() <= MOST_BYTES {
            break;
        }
    }
    Ok(smallest)
}
