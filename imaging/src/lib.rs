//! Photographs: bytes in, renditions and facts out.
//!
//! [`render`] reads a photograph in any [`Format`] and answers with what a gallery shows of it:
//! WebP renditions in sRGB, upright and without metadata, a placeholder of some twenty bytes, and
//! what the file says of itself. It is a pure library: no I/O, no global state, and no more threads
//! than asked for.
//!
//! What always holds, and the test (in `tests/it`) that holds it:
//!
//! - No bytes make it panic or read out of bounds: `hostile::arbitrary_bytes`,
//!   `hostile::mutated_photos`.
//! - What a header claims is held against [`Limits`] before a pixel is decoded:
//!   `hostile::lying_headers`.
//! - It takes no more memory than [`Limits::memory`] and, beside it, what the renditions need:
//!   `hostile::memory::at_the_limit_it_is_kept`.
//! - A file that was cut off is [`Error::Truncated`], never half a picture: `hostile::truncations`.
//! - Every orientation comes out upright: `orientation`.
//! - Colours come out in sRGB, whatever profile they came in: `colour`.
//! - Nothing of the original's metadata is in a rendition: `renditions::carry_no_metadata`.
//! - A picture is never enlarged: `renditions::sizes`.
//!
//! The way of a photograph: [`inspect`] (format, size, limits) → decode, a JPEG at the smallest
//! scale of its own transform that is still large enough → resize to the largest rendition → to
//! sRGB → upright → encode, and from there each rendition from the next larger one. Turning and
//! converting colours come after the first resize because there are fewer pixels then.

mod bmp;
mod bytes;
mod colour;
mod date;
mod encode;
mod error;
mod exif;
mod facts;
mod format;
mod gif;
mod hdr;
mod heif;
mod jpeg;
mod metadata;
mod options;
mod orientation;
mod picture;
mod pixels;
mod placeholder;
mod planar;
mod png;
mod raw;
mod render;
mod resize;
mod similarity;
mod strips;
mod tiff;
mod webp;

pub use error::Error;
pub use facts::{Camera, Exposure, Facts, Place, TakenAt};
pub use format::{Format, Header, inspect};
pub use options::{Encoding, Limits, Options};
pub use render::{Rendered, Rendition, Summary, render, render_each};
