//! The colour spaces that files declare.

/// The colour space that a file declares.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ColourSpace {
    /// sRGB, or nothing said, which means the same.
    Srgb,
    /// Adobe RGB (1998), as cameras say it in EXIF without adding the profile.
    AdobeRgb,
    /// An ICC profile.
    Icc(Vec<u8>),
    /// Code points of ITU-T H.273.
    Cicp { primaries: u8, transfer: u8 },
    /// A pure power function.
    Gamma(Gamma),
}

/// `sample = light ^ encoding`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gamma {
    /// The exponent; 1/2.2 is about sRGB.
    pub(crate) encoding: f32,
    /// White, red, green and blue as CIE x and y; none means those of sRGB.
    pub(crate) primaries: Option<[(f32, f32); 4]>,
}
