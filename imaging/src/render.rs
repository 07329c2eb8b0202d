//! The way of a photograph, from its bytes to its renditions.

use crate::colour::{self, ColourSpace};
use crate::decoded::DecodedImage;
use crate::exif::Exif;
use crate::picture::Picture;
use crate::renditions::{self, UprightSize};
use crate::{
    Error, Format, ImageHeader, PhotoFacts, RenderOptions, bmp, encode, gif, heif, inspect, jpeg,
    orientation, placeholder, png, raw, resize, similarity, tiff, webp,
};
use std::sync::Mutex;

/// Everything that is made of a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedImage {
    /// Renditions, the smallest first.
    pub renditions: Vec<Rendition>,
    /// Facts, placeholder and hash.
    pub summary: Summary,
}

/// The results of rendering beside the renditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Facts that the file states about itself.
    pub facts: PhotoFacts,
    /// The `ThumbHash`, 5 to 25 bytes.
    pub placeholder: Vec<u8>,
    /// A perceptual hash of the picture. The number of bits in which two photographs differ says
    /// how much they do; up to about ten, they are most likely one photograph.
    pub similarity: u64,
}

/// One rendition: sRGB, upright, without metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The long edge that was asked for; the picture's own may be shorter, because it is never
    /// enlarged.
    pub long_edge: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file, in [`RenderOptions::encoding`].
    pub bytes: Vec<u8>,
}

/// Makes the renditions of a photograph.
///
/// The renditions are those of [`RenderOptions::long_edges`] that are smaller than the picture, and
/// then one at the picture's own size under the next edge: a picture 600 pixels wide gets 256, and
/// 1024 with 600 pixels, and no 2048.
///
/// # Errors
/// Says what is wrong with the file; see [`Error`]. A JPEG with damage in its middle that still
/// ends properly is no error: the photograph is shown with the damage, as browsers do.
pub fn render(bytes: &[u8], options: &RenderOptions) -> Result<RenderedImage, Error> {
    let collected = Mutex::new(Vec::new());
    let collect = |rendition: Rendition| {
        let mut renditions = collected.lock().expect("nothing panics that holds it");
        renditions.push(rendition);
    };
    let summary = render_each(bytes, options, &collect)?;
    let mut renditions = collected
        .into_inner()
        .expect("nothing panicked that held it");
    renditions.sort_unstable_by_key(|rendition| rendition.long_edge);
    Ok(RenderedImage { renditions, summary })
}

/// As [`render`], and hands each rendition over as soon as it is made, in no certain order and
/// possibly from another thread, so that it can be stored while the next is being made.
///
/// # Errors
/// As [`render`]. Renditions may have been handed over by then.
pub fn render_each(
    bytes: &[u8],
    options: &RenderOptions,
    each: &(dyn Fn(Rendition) + Sync),
) -> Result<Summary, Error> {
    let header = inspect(bytes, &options.limits)?;
    let long_edges = long_edges(header.width.max(header.height), &options.long_edges);
    let largest_rendition = long_edges.last().copied().unwrap_or(0);
    let largest = largest_rendition.max(placeholder::LONG_EDGE);
    let DecodedImage { picture, colours, exif, frames } = decode(bytes, &header, largest, options)?;
    let colours = actual_colours(colours, &exif);
    // Of WebP, only what is lossy is in planes.
    let was_lossy_webp = header.format == Format::WebP && matches!(picture, Picture::Planar(_));

    let size = resize::fit(header.width, header.height, largest);
    let (in_srgb, has_alpha) = shrink_to_srgb(picture, size, &colours);
    let upright = in_srgb.upright(exif.orientation);
    let prepared = encode::prepare(upright, options.encoding)?;

    let profile = colour::name(&colours, exif.srgb);
    let facts = PhotoFacts { frames, profile, has_alpha, ..facts(&header, exif) };
    let encode_one = |picture: &Picture, long_edge: u32| -> Result<(), Error> {
        let (width, height) = picture.size();
        let bytes = encode::encode(picture, options, was_lossy_webp)?;
        each(Rendition { long_edge, width, height, bytes });
        Ok(())
    };
    let upright_size = UprightSize { width: facts.width, height: facts.height };
    let smallest =
        renditions::encode_all(prepared, upright_size, &long_edges, options.threads, &encode_one)?;
    Ok(Summary {
        facts,
        placeholder: placeholder::thumb_hash(&smallest),
        similarity: similarity::hash(&smallest),
    })
}

/// Decodes by the format. JPEG, PNG and RAW are shrunk on the way, to no less than `long_edge`
/// pixels.
fn decode(
    bytes: &[u8],
    header: &ImageHeader,
    long_edge: u32,
    options: &RenderOptions,
) -> Result<DecodedImage, Error> {
    match header.format {
        Format::Jpeg => jpeg::decode(bytes, long_edge, &options.limits),
        Format::Png => png::decode(bytes, long_edge, &options.limits),
        Format::WebP => webp::decode(bytes, &options.limits),
        Format::Gif => gif::decode(bytes, &options.limits),
        Format::Bmp => bmp::decode(bytes, &options.limits),
        Format::Tiff => tiff::decode(bytes, &options.limits),
        Format::Raw => raw::decode(bytes, long_edge, &options.limits),
        Format::Heic | Format::Avif => heif::decode(bytes, &options.limits),
    }
}

/// Returns the colour space that the container declares, or Adobe RGB where only EXIF says so.
fn actual_colours(declared: ColourSpace, exif: &Exif) -> ColourSpace {
    match declared {
        ColourSpace::Srgb if exif.adobe_rgb => ColourSpace::AdobeRgb,
        declared => declared,
    }
}

/// Returns the picture at this size in its final colours, and true if some of it is transparent.
///
/// Colours are converted after the picture was shrunk, when there are fewer of them; planes have
/// their colours, and are left as they are.
fn shrink_to_srgb(
    picture: Picture,
    (width, height): (u32, u32),
    colours: &ColourSpace,
) -> (Picture, bool) {
    let mut pixels = match picture {
        Picture::Planar(_) => return (picture, false),
        Picture::Interleaved(pixels) => pixels,
    };
    let has_alpha = pixels.is_transparent();
    if !has_alpha {
        pixels = pixels.without_alpha();
    }
    let small = resize::shrink(pixels, width, height);
    let in_srgb = colour::to_srgb(small, colours);
    (Picture::Interleaved(in_srgb), has_alpha)
}

/// Returns the facts of header and EXIF; those of the decoded picture are still blank.
fn facts(header: &ImageHeader, exif: Exif) -> PhotoFacts {
    let is_on_its_side = orientation::swaps_sides(exif.orientation);
    let (width, height) =
        if is_on_its_side { (header.height, header.width) } else { (header.width, header.height) };
    PhotoFacts {
        format: header.format,
        width,
        height,
        stored_width: header.width,
        stored_height: header.height,
        orientation: exif.orientation,
        frames: 1,
        profile: None,
        has_alpha: false,
        taken_at: exif.taken_at.or(exif.changed_at),
        camera: exif.camera,
        exposure: exif.exposure,
        place: exif.place,
        caption: exif.caption,
        keywords: exif.keywords,
    }
}

/// Returns the long edges to render, ascending, in pixels: those below the picture's own long edge,
/// and the one above.
fn long_edges(own_long_edge: u32, wanted: &[u32]) -> Vec<u32> {
    let mut edges = Vec::with_capacity(wanted.len());
    for edge in wanted {
        edges.push((*edge).clamp(1, encode::MAX_SIDE));
    }
    edges.sort_unstable();
    edges.dedup();
    let below = edges.partition_point(|edge| *edge < own_long_edge);
    edges.truncate(below + 1);
    edges
}
