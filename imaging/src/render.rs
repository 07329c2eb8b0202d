//! The way of a photograph, from its bytes to its renditions.

use crate::colour::{self, ColourSpace};
use crate::exif::Exif;
use crate::picture::Picture;
use crate::pixels::Pixels;
use crate::{
    Error, Facts, Format, Header, Options, bmp, encode, gif, heif, inspect, jpeg, orientation,
    placeholder, png, raw, resize, similarity, tiff, webp,
};
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread;

/// All that came of a photograph.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Smallest first.
    pub renditions: Vec<Rendition>,
    /// The rest.
    pub summary: Summary,
}

/// What came of a photograph beside its renditions.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What the file says of itself.
    pub facts: Facts,
    /// The `ThumbHash`, 5 to 25 bytes.
    pub placeholder: Vec<u8>,
    /// A hash of what is to be seen. The number of bits that differ between two photographs says
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
    /// The file, in [`Options::encoding`].
    pub bytes: Vec<u8>,
}

/// What a decoder hands over.
pub(crate) struct Decoded {
    /// As stored, possibly already shrunk, in whatever colours.
    pub(crate) picture: Picture,
    pub(crate) colours: ColourSpace,
    /// The file's words, with the orientation that is still to be applied.
    pub(crate) exif: Exif,
    /// Of an animation; else 1.
    pub(crate) frames: u32,
}

/// Makes the renditions of a photograph.
///
/// The renditions are those of [`Options::long_edges`] that are smaller than the picture, and then
/// one at the picture's own size under the next edge: a picture 600 pixels wide gets 256, and 1024
/// with 600 pixels, and no 2048.
///
/// # Errors
/// Says what is wrong with the file; see [`Error`]. A JPEG with damage in its middle that still
/// ends properly is no error: the photograph is shown with the damage, as browsers do.
pub fn render(bytes: &[u8], options: &Options) -> Result<Rendered, Error> {
    let renditions = Mutex::new(Vec::new());
    let each = |rendition| {
        renditions
            .lock()
            .expect("nothing panics that holds it")
            .push(rendition)
    };
    let summary = render_each(bytes, options, &each)?;
    let mut renditions = renditions
        .into_inner()
        .expect("nothing panicked that held it");
    renditions.sort_unstable_by_key(|rendition: &Rendition| rendition.long_edge);
    Ok(Rendered { renditions, summary })
}

/// As [`render`], and hands each rendition over as soon as it is made, in no certain order and
/// possibly from another thread, so that it can be stored while the next is being made.
///
/// # Errors
/// As [`render`]. Renditions may have been handed over by then.
pub fn render_each(
    bytes: &[u8],
    options: &Options,
    each: &(dyn Fn(Rendition) + Sync),
) -> Result<Summary, Error> {
    let header = inspect(bytes, &options.limits)?;
    let edges = edges(header.width.max(header.height), &options.long_edges);
    let largest = edges
        .last()
        .copied()
        .unwrap_or(0)
        .max(placeholder::LONG_EDGE);
    let Decoded { picture, mut colours, exif, frames } = decode(bytes, &header, largest, options)?;
    // Of WebP, only what is lossy is in planes.
    let was_webp = header.format == Format::WebP && matches!(picture, Picture::Planar(_));
    if exif.adobe_rgb && matches!(colours, ColourSpace::Srgb) {
        colours = ColourSpace::AdobeRgb;
    }

    let size = resize::fit(header.width, header.height, largest);
    let (picture, has_alpha) = shrink_to_srgb(picture, size, &colours);
    let picture = encode::prepare(picture.upright(exif.orientation), options.encoding)?;

    let facts = Facts {
        frames,
        has_alpha,
        profile: colour::name(&colours, exif.srgb),
        ..facts(&header, exif)
    };
    let finish = |picture: &Picture, long_edge| {
        let (width, height) = picture.size();
        each(Rendition {
            long_edge,
            width,
            height,
            bytes: encode::encode(picture, options, was_webp)?,
        });
        Ok(())
    };
    let smallest =
        encode_all(picture, (facts.width, facts.height), &edges, options.threads, &finish)?;
    Ok(Summary {
        facts,
        placeholder: placeholder::thumb_hash(&smallest),
        similarity: similarity::hash(&smallest),
    })
}

fn decode(
    bytes: &[u8],
    header: &Header,
    long_edge: u32,
    options: &Options,
) -> Result<Decoded, Error> {
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

/// The picture in its final colours, and whether some of it is transparent. Colours are converted
/// after the picture was shrunk, when there are fewer of them; planes have their colours, and are
/// left as they are.
fn shrink_to_srgb(
    picture: Picture,
    (width, height): (u32, u32),
    colours: &ColourSpace,
) -> (Picture, bool) {
    let pixels = match picture {
        Picture::Planar(_) => return (picture, false),
        Picture::Interleaved(pixels) => pixels,
    };
    let has_alpha = pixels.is_transparent();
    let pixels: Pixels = if has_alpha { pixels } else { pixels.without_alpha() };
    (
        Picture::Interleaved(colour::to_srgb(resize::shrink(pixels, width, height), colours)),
        has_alpha,
    )
}

/// What header and EXIF say; the rest is of the decoded picture.
fn facts(header: &Header, exif: Exif) -> Facts {
    let (mut width, mut height) = (header.width, header.height);
    if orientation::swaps_sides(exif.orientation) {
        (width, height) = (height, width);
    }
    Facts {
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

/// The edges to render, ascending: those below the picture's own long edge, and the one above.
fn edges(long_edge: u32, wanted: &[u32]) -> Vec<u32> {
    let mut wanted: Vec<u32> = wanted
        .iter()
        .map(|edge| (*edge).clamp(1, encode::MAX_SIDE))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let below = wanted.partition_point(|edge| *edge < long_edge);
    wanted.truncate(below + 1);
    wanted
}

/// Encodes from the largest down; while this thread makes the next one, others encode. Each is made
/// from the one before, which has fewer pixels to shrink and does the quality no harm, unless the
/// decoded picture is hardly larger than the largest rendition. Shrinking by so little blurs, and
/// if all were made of the result they would score up to a point of SSIMULACRA2 less. Returns the
/// smallest picture.
fn encode_all(
    source: Picture,
    (width, height): (u32, u32),
    edges: &[u32],
    threads: usize,
    encode: &(dyn Fn(&Picture, u32) -> Result<(), Error> + Sync),
) -> Result<Arc<Picture>, Error> {
    let largest = edges.last().copied().unwrap_or(placeholder::LONG_EDGE);
    // By less than a fifth.
    let is_near = source.size().0 * 5 < resize::fit(width, height, largest).0 * 6;
    let mut from = Arc::new(source);
    let mut picture = |long_edge| {
        let (width, height) = resize::fit(width, height, long_edge);
        let made = if from.is(width, height) {
            Arc::clone(&from)
        } else {
            Arc::new(from.shrink(width, height))
        };
        if !is_near {
            from = Arc::clone(&made);
        }
        made
    };
    let Some((&smallest, larger)) = edges.split_first() else {
        return Ok(picture(placeholder::LONG_EDGE));
    };
    thread::scope(|scope| {
        let mut others = Vec::new();
        for &long_edge in larger.iter().rev() {
            let picture = picture(long_edge);
            if others.len() + 1 < threads {
                others.push(scope.spawn(move || encode(&picture, long_edge)));
            } else {
                encode(&picture, long_edge)?;
            }
        }
        let picture = picture(smallest);
        encode(&picture, smallest)?;
        for other in others {
            other
                .join()
                .unwrap_or_else(|panic| panic::resume_unwind(panic))?;
        }
        Ok(picture)
    })
}
