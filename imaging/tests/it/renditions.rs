//! Renditions: their sizes, and that they hold nothing but pixels.

use crate::fixtures::{Picture, exif, rendered, text, with_exif, with_icc, with_segment};
use crate::seen::Seen;
use exif::Tag;
use imaging::{RenderOptions, render};
use moxcms::ColorProfile;

/// The label and the size of every rendition.
fn sizes(width: u32, height: u32) -> Vec<(u32, u32, u32)> {
    let made = rendered(&Picture::plain(width, height, [90, 120, 150]).jpeg());
    for rendition in &made.renditions {
        let seen = Seen::new(&rendition.bytes);
        assert_eq!((seen.width, seen.height), (rendition.width, rendition.height), "as it says");
    }
    made.renditions
        .iter()
        .map(|made| (made.long_edge, made.width, made.height))
        .collect()
}

#[test]
fn sizes_are_never_larger_than_the_picture() {
    assert_eq!(sizes(3000, 2000), [(256, 256, 171), (1024, 1024, 683), (2048, 2048, 1365)]);
    assert_eq!(sizes(2000, 3000), [(256, 171, 256), (1024, 683, 1024), (2048, 1365, 2048)]);
    assert_eq!(sizes(2049, 100), [(256, 256, 12), (1024, 1024, 50), (2048, 2048, 100)]);
    assert_eq!(
        sizes(600, 400),
        [(256, 256, 171), (1024, 600, 400)],
        "no 2048: it would be the same"
    );
    assert_eq!(sizes(1024, 8), [(256, 256, 2), (1024, 1024, 8)]);
    assert_eq!(sizes(256, 256), [(256, 256, 256)]);
    assert_eq!(sizes(1, 1), [(256, 1, 1)]);
    assert_eq!(sizes(5000, 1), [(256, 256, 1), (1024, 1024, 1), (2048, 2048, 1)]);
}

#[test]
fn sizes_can_be_chosen() {
    let photo = Picture::quarters(300, 200).png();
    let edges = |long_edges: &[u32]| {
        let made = render(
            &photo,
            &RenderOptions { long_edges: long_edges.to_vec(), ..RenderOptions::default() },
        )
        .unwrap();
        made.renditions
            .iter()
            .map(|made| (made.long_edge, made.width))
            .collect::<Vec<_>>()
    };
    assert_eq!(edges(&[200, 50, 50]), [(50, 50), (200, 200)], "sorted, each once");
    assert_eq!(edges(&[]), []);
    assert_eq!(edges(&[0]), [(1, 1)]);
    assert_eq!(edges(&[u32::MAX]), [(16_383, 300)], "as much as WebP can hold");
}

#[test]
fn shows_the_picture_at_every_size_and_scale() {
    // 3000 and more: decoded at 6, 5 and 1 eighths.
    for (width, height) in [(120, 80), (900, 600), (3000, 2000), (4000, 2500), (16_384, 64)] {
        for rendition in rendered(&Picture::quarters(width, height).jpeg()).renditions {
            let what = format!("{width} × {height} at {}", rendition.long_edge);
            if rendition.width.min(rendition.height) >= 64 {
                Seen::new(&rendition.bytes).assert_quarters(&what);
            }
        }
    }
}

#[test]
fn carry_no_metadata() {
    let exif = exif(&[(Tag::Make, text("SECRETMAKER")), (Tag::Artist, text("SECRETARTIST"))]);
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let photo = with_exif(&with_icc(&Picture::quarters(300, 200).jpeg(), &profile), &exif);
    let photo = with_segment(&photo, 0xE1, &[b"http://ns.adobe.com/xap/1.0/\0<x>SECRETXMP</x>"]);
    let made = rendered(&photo);
    assert_eq!(
        made.summary.facts.camera.unwrap().make.as_deref(),
        Some("SECRETMAKER"),
        "it was there"
    );
    for rendition in made.renditions {
        let webp = &rendition.bytes;
        assert_eq!(&webp[8..16], b"WEBPVP8 ", "pixels are the first chunk");
        let size = u32::from_le_bytes(webp[16..20].try_into().unwrap()) as usize;
        assert_eq!(webp.len(), 20 + size + size % 2, "and the only one");
        for word in ["SECRET", "Exif", "ICC_PROFILE"] {
            assert!(!webp.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
        }
    }
}

#[test]
fn come_with_a_placeholder_of_the_same_colours_and_shape() {
    let made = rendered(&Picture::quarters(400, 300).jpeg());
    assert!((5..=25).contains(&made.summary.placeholder.len()));
    let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(&made.summary.placeholder).unwrap();
    assert!(width > height);
    let at = |x: usize, y: usize| &rgba[4 * (y * width + x)..][..3];
    let red = at(width / 4, height / 4);
    let green = at(3 * width / 4, height / 4);
    let blue = at(width / 4, 3 * height / 4);
    assert!(red[0] > red[1] && red[0] > red[2], "{red:?}");
    assert!(green[1] > green[0] && green[1] > green[2], "{green:?}");
    assert!(blue[2] > blue[0] && blue[2] > blue[1], "{blue:?}");
}

#[test]
fn are_the_same_every_time() {
    let photo = Picture::noise(700, 500).jpeg();
    assert_eq!(rendered(&photo), rendered(&photo));
}
