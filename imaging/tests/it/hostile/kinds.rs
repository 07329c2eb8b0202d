//! One photograph of each kind that is read.

use super::photos;
use crate::fixtures::Picture;
use crate::heif_fixtures::{
    AV1, AV1_ALPHA, av1, avif, avif_with_alpha_of_tiles, heic, heic_grid, heif,
};
use crate::{bmp, fax, gif, raw, tiff_fixtures, tiff_numbers, tiff_variants};
use std::sync::LazyLock;

/// All of them, small.
pub static PHOTOS: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let photo = Picture::noise(61, 43);
    let mut photos = photos::PHOTOS.clone();
    photos.extend([
        ("GIF", gif::simple_gif(&Picture::quarters(61, 43))),
        ("BMP", bmp::simple_bmp(&photo)),
        ("TIFF", tiff_fixtures::simple(&photo, 1)),
        ("TIFF, LZW", tiff_fixtures::simple(&photo, 5)),
        ("TIFF, deflate", tiff_fixtures::simple(&photo, 8)),
        ("TIFF, PackBits", tiff_fixtures::simple(&photo, 32773)),
        ("TIFF, fax of two dimensions", fax::group_3_file(true)),
        ("TIFF, fax of group 4", fax::group_4_file()),
        ("TIFF, floating point", tiff_numbers::floats(3)),
        ("TIFF, big", tiff_variants::big(&photo, false, 6)),
        ("BMP, of OS/2", bmp::os2_runs()),
        ("RAW", tiff_fixtures::raw(&photo.jpeg(), 6)),
        ("RAW, CR3", raw::cr3(b"none", b"none", &photo.jpeg(), 6)),
        ("HEIC", heic(&Picture::noise(62, 44))),
        ("HEIC, grid", heic_grid(&Picture::noise(70, 44))),
        ("AVIF", avif(AV1)),
        ("AVIF, alpha of tiles", avif_with_alpha_of_tiles()),
        ("AVIF, alpha", {
            let kind = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
            heif(
                b"avif",
                &[
                    av1(AV1).with(b"irot", &[1]),
                    av1(AV1_ALPHA).with(b"auxC", kind).refers(b"auxl", &[1]),
                ],
            )
        }),
    ]);
    photos
});
