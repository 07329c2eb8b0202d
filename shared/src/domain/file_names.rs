//! Names files that are had again: by what their bytes are, not by what was said of them.
//!
//! A name's ending decides what a double click does. Whoever adds photos names them, so an ending
//! is kept only if it is one of the format that was found in the bytes.

/// Endings of cameras' own formats.
const RAW: [&str; 14] = [
    "dng", "nef", "nrw", "arw", "sr2", "cr2", "cr3", "crw", "pef", "orf", "rw2", "raf", "srw",
    "3fr",
];

/// The ending of a file that nothing is known of: it opens nothing.
const UNKNOWN: &str = "bin";

/// The endings of files of this media type, the usual one first; none of a type that is not known
/// here.
fn endings(media_type: &str) -> &'static [&'static str] {
    match media_type {
        "image/jpeg" | "image/jpg" => &["jpg", "jpeg", "jpe", "jfif"],
        "image/png" => &["png"],
        "image/webp" => &["webp"],
        "image/gif" => &["gif"],
        "image/bmp" => &["bmp", "dib"],
        "image/tiff" => &["tif", "tiff", "dng"],
        "image/heic" | "image/heif" => &["heic", "heif", "hif"],
        "image/avif" => &["avif"],
        "image/jxl" => &["jxl"],
        "image/x-adobe-dng" => &["dng"],
        "image/x-raw" => &RAW,
        _ => &[],
    }
}

/// The usual ending of files of this media type, with its dot.
pub fn ending(media_type: &str) -> String {
    format!(".{}", endings(media_type).first().unwrap_or(&UNKNOWN))
}

/// A name for a file: the one that it was sent with, with an ending that its bytes have.
/// `media_type` is what they were found to be; `None` before that, or if they are nothing that is
/// known.
pub fn file_name(sent: &str, media_type: Option<&str>) -> String {
    let fitting = media_type.map(endings).unwrap_or_default();
    if let Some((stem, ending)) = sent.rsplit_once('.') {
        let lower = ending.to_ascii_lowercase();
        if fitting.contains(&lower.as_str()) {
            return sent.to_owned();
        }
        let usual = fitting.first().unwrap_or(&UNKNOWN);
        let other_picture = looks_like_an_ending(ending) && media_type.is_some();
        return if other_picture { format!("{stem}.{usual}") } else { format!("{sent}.{usual}") };
    }
    format!("{sent}.{}", fitting.first().unwrap_or(&UNKNOWN))
}

fn looks_like_an_ending(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_says_what_the_bytes_are() {
        for (sent, media_type, name) in [
            ("IMG_1.JPG", Some("image/jpeg"), "IMG_1.JPG"),
            ("IMG_1.jpeg", Some("image/jpeg"), "IMG_1.jpeg"),
            ("IMG_1.heic", Some("image/jpeg"), "IMG_1.jpg"),
            ("Holiday_viewer.exe", Some("image/png"), "Holiday_viewer.png"),
            ("Holiday.jpg.scr", Some("image/jpeg"), "Holiday.jpg.jpg"),
            ("Holiday", Some("image/webp"), "Holiday.webp"),
            ("St. Moritz am See", Some("image/gif"), "St. Moritz am See.gif"),
            ("DSC_1.NEF", Some("image/x-raw"), "DSC_1.NEF"),
            ("DSC_1.bat", Some("image/x-raw"), "DSC_1.dng"),
            ("a.tif", Some("image/tiff"), "a.tif"),
            ("a.lnk", Some("image/unheard-of"), "a.bin"),
            ("Holiday_viewer.exe", None, "Holiday_viewer.exe.bin"),
            ("IMG_1.jpg", None, "IMG_1.jpg.bin"),
            (".", Some("image/png"), "..png"),
        ] {
            assert_eq!(file_name(sent, media_type), name, "{sent}");
        }
        assert_eq!((ending("image/heif").as_str(), ending("image/x").as_str()), (".heic", ".bin"));
    }
}
