//! Checks that hold of every answer of the library, whatever the bytes.

use imaging::{DecodeLimits, Error, PhotoFacts, RenderOptions, RenderedImage, inspect, render};

/// The codes that a file may be refused with. `encoding_failed` is not among them: it would be our
/// fault.
const CODES: [&str; 9] = [
    "empty",
    "unsupported_format",
    "too_many_pixels",
    "too_large_side",
    "too_many_frames",
    "too_much_memory",
    "too_complex",
    "truncated",
    "corrupt",
];

/// Renders, and panics where the answer is not one. Gives back what the file says of itself, if it
/// was rendered.
pub fn check(file: &[u8], options: &RenderOptions) -> Option<PhotoFacts> {
    let header = inspect(file, &options.limits);
    let made = render(file, options);
    // Not every time: it halves the speed.
    if file.len() % 16 == 0 {
        assert!(made == render(file, options), "the same bytes, another answer");
    }
    match (header, made) {
        (Err(first), Err(error)) => {
            assert_eq!(first, error, "what the header is refused for, the file is refused for");
            check_error(&error);
        }
        (Ok(_), Err(error)) => check_error(&error),
        (Err(error), Ok(_)) => panic!("rendered, but refused when only looked at: {error}"),
        (Ok(header), Ok(made)) => {
            check_size(header.width, header.height, &options.limits);
            assert_eq!(header.format, made.summary.facts.format);
            assert_eq!(
                (header.width, header.height),
                (made.summary.facts.stored_width, made.summary.facts.stored_height)
            );
            check_rendered(&made, options);
            return Some(made.summary.facts);
        }
    }
    None
}

/// A size that was let pass.
pub fn check_size(width: u32, height: u32, limits: &DecodeLimits) {
    assert!(width > 0 && height > 0, "{width} × {height}");
    assert!(u64::from(width) * u64::from(height) <= limits.pixels, "{width} × {height}");
    assert!(width.max(height) <= limits.side, "{width} × {height}");
}

/// A refusal: one of the known codes, in few words.
pub fn check_error(error: &Error) {
    assert!(CODES.contains(&error.code()), "{}: {error}", error.code());
    assert!(error.to_string().len() < 500, "not to be filled by what is in the file: {error}");
}

fn check_rendered(made: &RenderedImage, options: &RenderOptions) {
    let facts = &made.summary.facts;
    check_facts(facts);
    assert!((5..=25).contains(&made.summary.placeholder.len()), "{:?}", made.summary.placeholder);
    assert_eq!(made.renditions.is_empty(), options.long_edges.is_empty());
    assert!(
        made.renditions
            .is_sorted_by_key(|rendition| rendition.long_edge),
        "smallest first"
    );
    for rendition in &made.renditions {
        let width = rendition.width;
        let height = rendition.height;
        assert!(options.long_edges.contains(&rendition.long_edge));
        assert!(width <= facts.width && height <= facts.height, "never enlarged");
        assert!(width.max(height) <= rendition.long_edge, "never larger than asked for");
        let itself =
            inspect(&rendition.bytes, &DecodeLimits::default()).expect("a file that can be read");
        assert_eq!((itself.width, itself.height), (width, height), "it is what it is said to be");
    }
}

fn check_facts(facts: &PhotoFacts) {
    assert!((1..=8).contains(&facts.orientation), "{}", facts.orientation);
    let mut width = facts.stored_width;
    let mut height = facts.stored_height;
    if facts.orientation >= 5 {
        (width, height) = (height, width);
    }
    assert_eq!((facts.width, facts.height), (width, height));
    if let Some(place) = facts.place {
        assert!(place.latitude.abs() <= 90.0 && place.longitude.abs() <= 180.0, "{place:?}");
    }
    if let Some(taken) = facts.taken_at {
        let minutes_east = taken.offset_minutes.unwrap_or(0);
        assert!((-720..=840).contains(&minutes_east), "{taken:?}");
    }
    check_texts(facts);
    if let Some(exposure) = facts.exposure {
        let numbers = [exposure.seconds, exposure.aperture, exposure.focal_length];
        for number in numbers.into_iter().flatten() {
            assert!(number.is_finite() && number > 0.0, "{exposure:?}");
        }
    }
}

fn check_texts(facts: &PhotoFacts) {
    if let Some(camera) = &facts.camera {
        let names = [&camera.make, &camera.model, &camera.lens];
        for name in names.into_iter().flatten() {
            assert!(!name.is_empty() && name.chars().count() <= 120, "{name:?}");
            assert!(!name.chars().any(char::is_control), "{name:?}");
        }
    }
    if let Some(caption) = &facts.caption {
        let is_shown = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        assert!(!caption.is_empty() && caption.chars().count() <= 2000, "{caption:?}");
        assert!(caption.trim() == caption && caption.chars().all(is_shown), "{caption:?}");
    }
    assert!(facts.keywords.len() <= 100, "{:?}", facts.keywords);
    for keyword in &facts.keywords {
        assert!(!keyword.trim().is_empty() && keyword.chars().count() <= 100, "{keyword:?}");
        assert!(!keyword.chars().any(char::is_control), "{keyword:?}");
    }
}
