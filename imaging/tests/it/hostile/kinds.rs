//! One photograph of each kind that is read.

use super::photos;
use crate::fixtures::Picture;
use crate::heif_fixtures::{AV1, AV1_ALPHA, av1, avif, heic, heic_grid, heif};
use crate::{still, tiff};
use std::sync::LazyLock;

/// All of them, small.
pub static PHOTOS: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let photo = Picture::noise(61, 43);
    let mut photos = photos::PHOTOS.clone();
    photos.extend([
        ("GIF", still::simple_gif(&Picture::quarters(61, 43))),
        ("BMP", still::simple_bmp(&photo)),
        ("TIFF", tiff::simple(&photo, 1)),
        ("TIFF, LZW", tiff::simple(&photo, 5)),
        ("TIFF, deflate", tiff::simple(&photo, 8)),
        ("TIFF, PackBits", tiff::simple(&photo, 32773)),
        ("RAW", tiff::raw(&photo.jpeg(), 6)),
        ("HEIC", heic(&Picture::noise(62, 44))),
        ("HEIC, grid", heic_grid(&Picture::noise(70, 44))),
        ("AVIF", avif(AV1)),
        ("AVIF, alpha", {
            let kind = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
            heif(b"avif", &[av1(AV1).with(b"irot", &[1]), av1(AV1_ALPHA).with(b"auxC", kind).refers(b"auxl", &[1])])
        }),
    ]);
    photos
});
