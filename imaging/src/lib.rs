//! Photographs: bytes in, renditions and facts out.
//!
//! [`render`] reads a photograph in any [`Format`] and answers with what a gallery shows of it:
//! WebP renditions in sRGB, upright and without metadata, a placeholder of some twenty bytes, and
//! the facts that the file states about itself. It is a pure library: no I/O, no global state, and
//! no more threads than asked for.
//!
//! Invariants, each with the test (in `tests/it`) that holds it:
//!
//! - No bytes make it panic or read out of bounds: `hostile::arbitrary_bytes`,
//!   `hostile::mutated_photos`.
//! - The size that a header claims is checked against [`DecodeLimits`] before a pixel is decoded:
//!   `hostile::lying_headers`.
//! - It takes no more memory than [`DecodeLimits::memory`] and, beside it, what the renditions
//!   need: `hostile::memory::at_the_limit_it_is_kept`.
//! - A file that was cut off is [`Error::Truncated`], never half a picture: `hostile::truncations`.
//! - Every orientation comes out upright: `orientation`.
//! - Colours come out in sRGB, whatever profile they came in: `colour`.
//! - No metadata of the original is in a rendition: `renditions::carry_no_metadata`.
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
mod decoded;
mod encode;
mod error;
mod exif;
mod facts;
mod ffi;
mod format;
mod gif;
mod heif;
mod inspect;
mod jpeg;
mod limits;
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
mod renditions;
mod resize;
mod similarity;
mod strips;
mod text;
mod tiff;
mod webp;

pub use error::Error;
pub use facts::{CameraInfo, Exposure, GpsPosition, PhotoFacts, TakenAt};
pub use format::Format;
pub use inspect::{ImageHeader, inspect};
pub use limits::DecodeLimits;
pub use options::{Encoding, LONG_EDGES, RenderOptions};
pub use render::{RenderedImage, Rendition, Summary, render, render_each};
