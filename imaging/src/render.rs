//! The way of a photograph, from its bytes to its renditions.

use crate::colour::{self, ColourSpace};
use crate::pixels::Pixels;
use crate::{
    Error, Facts, Format, Header, Options, encode, exif, inspect, jpeg, orientation, placeholder, png, resize, webp,
};

/// All that came of a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// What the file says of itself.
    pub facts: Facts,
    /// Smallest first.
    pub renditions: Vec<Rendition>,
    /// The `ThumbHash`, 5 to 25 bytes.
    pub placeholder: Vec<u8>,
}

/// One rendition: sRGB, upright, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The long edge that was asked for; the picture's own may be shorter, because it is never enlarged.
    pub long_edge: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file.
    pub webp: Vec<u8>,
}

/// What a decoder hands over.
pub(crate) struct Decoded {
    /// As stored, possibly already shrunk.
    pub(crate) pixels: Pixels,
    pub(crate) colours: ColourSpace,
    /// The TIFF structure that holds EXIF.
    pub(crate) exif: Option<Vec<u8>>,
}

/// Makes the renditions of a photograph.
///
/// The renditions are those of [`Options::long_edges`] that are smaller than the picture, and then one
/// at the picture's own size under the next edge: a picture 600 pixels wide gets 256, and 1024 with 600
/// pixels, and no 2048.
///
/// # Errors
/// Says what is wrong with the file; see [`Error`]. A JPEG with damage in its middle that still ends
/// properly is no error: the photograph is shown with the damage, as browsers do.
pub fn render(bytes: &[u8], options: &Options) -> Result<Rendered, Error> {
    let header = inspect(bytes, &options.limits)?;
    let edges = edges(header.width.max(header.height), &options.long_edges);
    let largest = edges.last().copied().unwrap_or(0).max(placeholder::LONG_EDGE);
    let Decoded { pixels, mut colours, exif } = decode(bytes, &header, largest, options)?;
    let exif = exif.as_deref().map(exif::read).unwrap_or_default();
    if exif.adobe_rgb && matches!(colours, ColourSpace::Srgb) {
        colours = ColourSpace::AdobeRgb;
    }

    let has_alpha = pixels.is_transparent();
    let pixels = if has_alpha { pixels } else { pixels.without_alpha() };
    let (width, height) = resize::fit(header.width, header.height, largest);
    let pixels = colour::to_srgb(resize::shrink(pixels, width, height), &colours);
    let pixels = orientation::upright(pixels, exif.orientation);

    let (mut width, mut height) = (header.width, header.height);
    if orientation::swaps_sides(exif.orientation) {
        (width, height) = (height, width);
    }
    let (renditions, placeholder) = encode_all(pixels, (width, height), &edges, options)?;
    let facts = Facts {
        format: header.format,
        width,
        height,
        stored_width: header.width,
        stored_height: header.height,
        orientation: exif.orientation,
        has_alpha,
        taken_at: exif.taken_at,
        camera: exif.camera,
        exposure: exif.exposure,
        place: exif.place,
    };
    Ok(Rendered { facts, renditions, placeholder })
}

fn decode(bytes: &[u8], header: &Header, long_edge: u32, options: &Options) -> Result<Decoded, Error> {
    match header.format {
        Format::Jpeg => jpeg::decode(bytes, long_edge, &options.limits),
        Format::Png => png::decode(bytes, &options.limits),
        Format::WebP => webp::decode(bytes, &options.limits),
    }
}

/// The edges to render, ascending: those below the picture's own long edge, and the one above.
fn edges(long_edge: u32, wanted: &[u32]) -> Vec<u32> {
    let mut wanted: Vec<u32> = wanted.iter().map(|edge| (*edge).clamp(1, encode::MAX_SIDE)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let below = wanted.partition_point(|edge| *edge < long_edge);
    wanted.truncate(below + 1);
    wanted
}

/// Encodes from the largest down, each made from the one before: on the quality that does no harm, and
/// there are fewer pixels to shrink.
fn encode_all(
    mut pixels: Pixels,
    (width, height): (u32, u32),
    edges: &[u32],
    options: &Options,
) -> Result<(Vec<Rendition>, Vec<u8>), Error> {
    let mut renditions = Vec::with_capacity(edges.len());
    for &long_edge in edges.iter().rev() {
        let (width, height) = resize::fit(width, height, long_edge);
        pixels = resize::shrink(pixels, width, height);
        let webp = encode::webp(&pixels, options.quality, options.effort)?;
        renditions.push(Rendition { long_edge, width, height, webp });
    }
    renditions.reverse();
    Ok((renditions, placeholder::thumb_hash(&pixels)))
}
