//! The types of files by their extension.

use std::path::Path;

/// The extensions of pictures, with their types. It is for the service to say which it takes.
pub const CONTENT_TYPES: [(&str, &str); 12] = [
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
    ("dng", "image/x-adobe-dng"),
    ("avif", "image/avif"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("bmp", "image/bmp"),
];

/// Returns the type that the extension stands for, in upper or lower case.
pub fn content_type(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?;
    for (known, content_type) in CONTENT_TYPES {
        if extension.eq_ignore_ascii_case(known) {
            return Some(content_type);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_that_of_the_extension() {
        assert_eq!(content_type(Path::new("a/IMG_1.JPG")), Some("image/jpeg"));
        assert_eq!(content_type(Path::new("a.b.heic")), Some("image/heic"));
        for path in ["notes.txt", "jpg", ".jpg", "a.jpg.xmp"] {
            assert_eq!(content_type(Path::new(path)), None, "{path}");
        }
    }
}
