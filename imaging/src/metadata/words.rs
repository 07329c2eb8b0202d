//! Captions and keywords, cleaned: what people wrote, without what cameras put in its place.

/// Characters of a caption that are kept.
const MOST_OF_CAPTION: usize = 2000;

/// Characters of a keyword; a longer one is a sentence in the wrong place.
const MOST_OF_KEYWORD: usize = 100;

/// Texts that cameras and programs write where a caption belongs, in lower case.
const OF_CAMERAS: [&str; 9] = [
    "digital camera",
    "digital still camera",
    "digital game camera",
    "camera pictures",
    "sony dsc",
    "exif_jpeg_picture",
    "screenshot",
    "created with gimp",
    "file written by adobe photoshop",
];

/// First characters of notes that programs keep where a caption belongs, in lower case.
const OF_PROGRAMS: [&str; 7] =
    ["{", "<", "[", "imagej=", "processed with ", "created with ", "dcim"];

/// A caption without control characters but for line breaks and tabs; none where nothing is left,
/// or where a camera put its name there.
pub(super) fn caption(text: &str) -> Option<String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let cleaned = lines
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || is_shown(*c));
    let caption: String = cleaned
        .skip_while(|c| c.is_whitespace())
        .take(MOST_OF_CAPTION)
        .collect();
    let caption = caption.trim();
    let lower = caption.to_lowercase();
    let is_of_camera = OF_CAMERAS
        .iter()
        .any(|name| lower == *name || (lower.len() < 40 && lower.ends_with(name)));
    (!caption.is_empty() && !is_of_camera).then(|| caption.to_owned())
}

/// A caption from a field that most cameras, and many programs, fill with something else: names of
/// files, codes, data.
pub(super) fn camera_caption(text: &str) -> Option<String> {
    let caption = caption(text)?;
    let lower = caption.to_lowercase();
    let is_data =
        OF_PROGRAMS.iter().any(|start| lower.starts_with(start)) || caption.contains('\\');
    let is_sentence = caption.contains(char::is_whitespace) || !caption.is_ascii();
    let is_sensible =
        if is_sentence { caption.contains(char::is_alphabetic) } else { is_word(&caption) };
    (is_sensible && !is_data).then_some(caption)
}

/// Returns whether it is one word as people write it. Phones write codes, such as `cof` or
/// `oznorWO`.
fn is_word(text: &str) -> bool {
    let has_capital = text.starts_with(|c: char| c.is_ascii_uppercase());
    has_capital && text.len() > 2 && text[1..].bytes().all(|byte| byte.is_ascii_lowercase())
}

/// A keyword in one line; none where nothing is left, or it is too long.
pub(super) fn keyword(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| c.is_whitespace() || is_shown(*c))
        .collect();
    let keyword = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!keyword.is_empty() && keyword.chars().count() <= MOST_OF_KEYWORD).then_some(keyword)
}

/// Adds a keyword, if it is one and not there yet.
pub(super) fn add_keyword(keywords: &mut Vec<String>, text: &str) {
    if let Some(keyword) = keyword(text)
        && keywords.len() < super::MOST_KEYWORDS
        && !keywords.contains(&keyword)
    {
        keywords.push(keyword);
    }
}

/// Not of those that control a terminal, or turn the direction of what stands beside them.
fn is_shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_cleaned_and_bounded() {
        assert_eq!(
            caption(" Two\r\nlines\u{0} \u{202e}here\u{1b}[31m ").as_deref(),
            Some("Two\nlines here[31m")
        );
        assert_eq!(caption(&"é".repeat(5000)).map(|text| text.chars().count()), Some(2000));
        assert_eq!(caption(" \u{0}\t\n "), None);
        assert_eq!(
            caption("My new digital camera, and what it sees of the lake").map(|text| text.len()),
            Some(51)
        );
    }

    #[test]
    fn what_cameras_write_is_no_caption() {
        for text in [
            "OLYMPUS DIGITAL CAMERA         ",
            "SONY DSC",
            "KODAK Digital Still Camera",
            "SAMSUNG CAMERA PICTURES",
        ] {
            assert_eq!(caption(text), None, "{text:?}");
        }
        for text in [
            "cof",
            "oznorWO",
            "DSC_0001",
            "IMG_1234.JPG",
            "default",
            "SAMSUNG",
            "DCIM\\100MEDIA\\DJI_0001.JPG",
            "<KENOX S1050  / Samsung S1050>",
            "{\"shape\": [1, 2]}",
            "ImageJ=1.52a\nimages=3",
            "Processed with VSCO with c1 preset",
            "12 34",
            "-",
        ] {
            assert_eq!(camera_caption(text), None, "{text:?}");
        }
        for text in ["The ferry at noon", "Venice", "Fähre", "富士山", "Ana & Bo, 1965"] {
            assert_eq!(camera_caption(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn keywords_are_one_line_each() {
        assert_eq!(keyword("  lake \n Como\u{0}").as_deref(), Some("lake Como"));
        assert_eq!(keyword(&"x".repeat(101)), None);
        assert_eq!(keyword("\u{202e}"), None);
        assert_eq!(keyword("\u{202e} \u{feff} x\u{85}"), Some("x".to_owned()));
        let mut keywords = Vec::new();
        for number in 0..300 {
            add_keyword(&mut keywords, &format!("word {}", number % 200));
        }
        assert_eq!(keywords.len(), super::super::MOST_KEYWORDS);
    }
}
