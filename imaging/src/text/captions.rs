//! Captions and keywords, cleaned: the words of people, without what cameras put in their place.

use super::encoding;

/// Keywords that are kept of a picture.
pub(crate) const MAX_KEYWORDS: usize = 100;

/// Characters of a caption that are kept.
const MAX_CAPTION: usize = 2000;

/// Characters of a keyword; a longer one is a sentence in the wrong place.
const MAX_KEYWORD: usize = 100;

/// Bytes of a text in EXIF that are looked at.
const MAX_EXIF_BYTES: usize = 8000;

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

/// Bytes of the longest text that is taken for a camera's because of its end.
const MAX_CAMERA_TEXT: usize = 40;

/// First characters of notes that programs keep where a caption belongs, in lower case.
const OF_PROGRAMS: [&str; 7] =
    ["{", "<", "[", "imagej=", "processed with ", "created with ", "dcim"];

/// Returns the caption without control characters but for line breaks and tabs; none where nothing
/// is left, or where a camera put its name there.
pub(crate) fn caption(text: &str) -> Option<String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut shown = String::new();
    for character in lines.chars() {
        if matches!(character, '\n' | '\t') || is_shown(character) {
            shown.push(character);
        }
    }
    let cut: String = shown.trim_start().chars().take(MAX_CAPTION).collect();
    let caption = cut.trim();
    if caption.is_empty() || is_of_camera(caption) {
        return None;
    }
    Some(caption.to_owned())
}

fn is_of_camera(caption: &str) -> bool {
    let lower = caption.to_lowercase();
    let is_short = lower.len() < MAX_CAMERA_TEXT;
    OF_CAMERAS
        .iter()
        .any(|name| lower == *name || (is_short && lower.ends_with(name)))
}

/// Returns the caption of EXIF's field for it, which ends at the first zero and whose encoding is
/// not known.
pub(crate) fn exif_caption(bytes: &[u8]) -> Option<String> {
    let text = bytes.split(|byte| *byte == 0).next()?;
    let looked_at = &text[..text.len().min(MAX_EXIF_BYTES)];
    camera_caption(&encoding::decode(looked_at, false))
}

/// Returns the caption of a field that most cameras, and many programs, fill with something else:
/// names of files, codes, data.
fn camera_caption(text: &str) -> Option<String> {
    let caption = caption(text)?;
    if is_data(&caption) {
        return None;
    }
    let is_sentence = caption.contains(char::is_whitespace) || !caption.is_ascii();
    let makes_sense =
        if is_sentence { caption.contains(char::is_alphabetic) } else { is_word(&caption) };
    if makes_sense { Some(caption) } else { None }
}

/// Returns true for notes of programs, and for paths of Windows.
fn is_data(caption: &str) -> bool {
    let lower = caption.to_lowercase();
    OF_PROGRAMS.iter().any(|start| lower.starts_with(start)) || caption.contains('\\')
}

/// Returns true for one word as people write it. Phones write codes, such as `cof` or `oznorWO`.
fn is_word(text: &str) -> bool {
    let has_capital = text.starts_with(|c: char| c.is_ascii_uppercase());
    has_capital && text.len() > 2 && text[1..].bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Returns the keyword in one line; none where nothing is left, or it is too long.
fn keyword(text: &str) -> Option<String> {
    let mut shown = String::new();
    for character in text.chars() {
        if character.is_whitespace() || is_shown(character) {
            shown.push(character);
        }
    }
    let words: Vec<&str> = shown.split_whitespace().collect();
    let keyword = words.join(" ");
    if keyword.is_empty() || keyword.chars().count() > MAX_KEYWORD {
        return None;
    }
    Some(keyword)
}

/// Adds a keyword, if it is one and not there yet.
pub(crate) fn add_keyword(keywords: &mut Vec<String>, text: &str) {
    if keywords.len() >= MAX_KEYWORDS {
        return;
    }
    if let Some(keyword) = keyword(text)
        && !keywords.contains(&keyword)
    {
        keywords.push(keyword);
    }
}

/// Returns false for characters that control a terminal, or turn the direction of what stands
/// beside them.
fn is_shown(character: char) -> bool {
    if character.is_control() {
        return false;
    }
    !matches!(
        character,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffd}'
    )
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
        assert_eq!(keywords.len(), MAX_KEYWORDS);
    }
}
