//! Facts about a photograph, as its file states them.

use crate::Format;
use time::PrimitiveDateTime;

/// Facts that the file states about the picture. Everything from EXIF, XMP and IPTC is a claim, not
/// a truth, and is left out where it does not make sense (a 13th month, a latitude of 200°).
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoFacts {
    /// The file's format, from its bytes.
    pub format: Format,
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// Pixels across, as stored.
    pub stored_width: u32,
    /// Pixels down, as stored.
    pub stored_height: u32,
    /// EXIF orientation, 1 to 8; 1 where the file says nothing.
    pub orientation: u8,
    /// Frames of an animation, of which the first is shown; 1 where there is no animation.
    pub frames: u32,
    /// The name of the colours that the picture came in: the description of its ICC profile, cut
    /// to 120 characters, or the usual name of what it says otherwise, such as "Display P3".
    /// None where it says nothing, which means sRGB.
    pub profile: Option<String>,
    /// True if some pixel is not opaque.
    pub has_alpha: bool,
    /// The moment at which the picture was taken.
    pub taken_at: Option<TakenAt>,
    /// The camera that took it.
    pub camera: Option<CameraInfo>,
    /// The settings of the exposure.
    pub exposure: Option<Exposure>,
    /// The position from which it was taken.
    pub place: Option<GpsPosition>,
    /// A description in somebody's words: at most 2,000 characters, with line breaks and tabs, and
    /// without other control characters. Never what cameras put in its place, such as their
    /// names.
    pub caption: Option<String>,
    /// At most 100 different keywords, each of at most 100 characters in one line, none of them
    /// control characters.
    pub keywords: Vec<String>,
}

/// The opening of the shutter, by the camera's clock; else the moment at which the picture was
/// digitized or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenAt {
    /// Local time, to the fraction of a second that the camera wrote.
    pub local: PrimitiveDateTime,
    /// Minutes east of UTC, where the camera wrote it. Without it the instant is not known.
    pub offset_minutes: Option<i16>,
}

/// The names of a camera and its lens: at least one of these.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CameraInfo {
    /// Manufacturer.
    pub make: Option<String>,
    /// Model.
    pub model: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
}

/// The settings of an exposure: at least one of these.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exposure {
    /// Seconds.
    pub seconds: Option<f64>,
    /// f-number.
    pub aperture: Option<f64>,
    /// ISO sensitivity.
    pub iso: Option<u32>,
    /// Focal length of the lens, in millimetres, not converted to 35 mm.
    pub focal_length: Option<f64>,
}

/// A position on the globe, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GpsPosition {
    /// −90 (south) to 90 (north).
    pub latitude: f64,
    /// −180 (west) to 180 (east).
    pub longitude: f64,
}
