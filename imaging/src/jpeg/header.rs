//! The markers of a JPEG file, up to the first scan (ITU-T T.81, annex B).

use crate::metadata::{self, Metadata};
use crate::{Error, exif};

/// What the frame header (SOF) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 (grey), 3 or 4 (CMYK or YCCK).
    pub(super) components: u8,
    pub(super) is_progressive: bool,
    /// Of the first three components: the number it goes by, and samples across and down for a
    /// block.
    sampling: [(u8, u8); 3],
}

/// What stands before the pixels.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) frame: Frame,
    /// Metadata in its segments.
    pub(super) metadata: Metadata<'a>,
    /// The pieces of the ICC profile: number, how many there are, bytes.
    icc: Vec<(u8, u8, &'a [u8])>,
    /// The colour transform of the Adobe segment (APP14), if there is one.
    adobe: Option<u8>,
    has_jfif: bool,
    scan_components: u8,
    /// Where the first scan's data begins.
    pub(super) scan: usize,
}

impl Head<'_> {
    /// Whether the first scan holds the whole picture.
    pub(super) fn is_single_scan(&self) -> bool {
        !self.frame.is_progressive && self.scan_components == self.frame.components
    }

    /// Whether there is an Adobe segment.
    pub(super) fn is_adobe(&self) -> bool {
        self.adobe.is_some()
    }

    /// Pixels to a sample of chroma, across and down, of a picture in luma and chroma that is
    /// sampled as cameras do it: 4:2:0, 4:2:2 or 4:4:4. What is in RGB, or is sampled
    /// otherwise, has none.
    pub(super) fn chroma_step(&self) -> Option<(u32, u32)> {
        // The rules by which libjpeg guesses what three components mean (jdapimin.c,
        // default_decompress_parms).
        let is_rgb = match self.adobe {
            _ if self.has_jfif => false,
            Some(transform) => transform == 0,
            None => self.frame.sampling.map(|(name, _)| name) == *b"RGB",
        };
        match self.frame.sampling.map(|(_, factors)| factors) {
            _ if is_rgb => None,
            [0x11, 0x11, 0x11] => Some((1, 1)),
            [0x21, 0x11, 0x11] => Some((2, 1)),
            [0x22, 0x11, 0x11] => Some((2, 2)),
            _ => None,
        }
    }

    /// The ICC profile put together; none where a piece is missing.
    pub(super) fn icc_profile(&self) -> Option<Vec<u8>> {
        let &(_, count, _) = self.icc.first()?;
        let mut profile = Vec::new();
        for number in 1..=count {
            let (.., piece) = self
                .icc
                .iter()
                .find(|piece| (piece.0, piece.1) == (number, count))?;
            profile.extend_from_slice(piece);
        }
        Some(profile)
    }
}

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP13: u8 = 0xED;
const APP14: u8 = 0xEE;

/// The end of a file.
pub(super) const END: [u8; 2] = [0xFF, EOI];

/// Bytes of Photoshop's resources that are put together. They are in several segments where one is
/// too short.
const MOST_RESOURCES: usize = 1 << 20;

/// Walks markers and their segments from the start of the file.
struct Markers<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Markers<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 } // after SOI
    }

    /// The next marker that has a segment, and its content. Junk before a marker is skipped, as
    /// libjpeg does it.
    fn next(&mut self) -> Result<(u8, &'a [u8]), Error> {
        loop {
            match self.marker()? {
                0x01 | 0xD0..=0xD7 => {}
                SOI | EOI => return Err(Error::corrupt("no picture before the end marker")),
                marker => return Ok((marker, self.segment()?)),
            }
        }
    }

    fn marker(&mut self) -> Result<u8, Error> {
        loop {
            let rest = self.bytes.get(self.at..).ok_or(Error::Truncated)?;
            self.at += rest
                .iter()
                .position(|byte| *byte == 0xFF)
                .ok_or(Error::Truncated)?;
            while self.bytes.get(self.at) == Some(&0xFF) {
                self.at += 1;
            }
            let marker = *self.bytes.get(self.at).ok_or(Error::Truncated)?;
            self.at += 1;
            if marker != 0 {
                return Ok(marker);
            }
        }
    }

    fn segment(&mut self) -> Result<&'a [u8], Error> {
        let length = self
            .bytes
            .get(self.at..self.at + 2)
            .ok_or(Error::Truncated)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length < 2 {
            return Err(Error::corrupt("a segment shorter than its length field"));
        }
        let content = self
            .bytes
            .get(self.at + 2..self.at + length)
            .ok_or(Error::Truncated)?;
        self.at += length;
        Ok(content)
    }
}

/// Reads up to the frame header.
pub(super) fn frame(bytes: &[u8]) -> Result<Frame, Error> {
    let mut markers = Markers::new(bytes);
    loop {
        let (marker, content) = markers.next()?;
        if let Some(frame) = parse_frame(marker, content)? {
            return Ok(frame);
        }
    }
}

/// Reads up to the first scan.
pub(super) fn head(bytes: &[u8]) -> Result<Head<'_>, Error> {
    let mut markers = Markers::new(bytes);
    let (mut frame, mut icc, mut adobe, mut has_jfif) = (None, Vec::new(), None, false);
    let (mut metadata, mut resources) = (Metadata::default(), Vec::new());
    loop {
        let (marker, content) = markers.next()?;
        match marker {
            SOS => {
                let frame = frame.ok_or_else(|| Error::corrupt("a scan before the frame"))?;
                let scan_components = content.first().copied().unwrap_or(0);
                metadata.add_photoshop(&resources);
                return Ok(Head {
                    frame,
                    metadata,
                    icc,
                    adobe,
                    has_jfif,
                    scan_components,
                    scan: markers.at,
                });
            }
            APP1 => read_app1(&mut metadata, content),
            APP13 => {
                let more = content
                    .strip_prefix(metadata::PHOTOSHOP_NAME)
                    .unwrap_or_default();
                if resources.len() + more.len() <= MOST_RESOURCES {
                    resources.extend_from_slice(more);
                }
            }
            APP2 => {
                if let Some([number, count, piece @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") {
                    icc.push((*number, *count, piece));
                }
            }
            // As long as they must be for libjpeg to take them for what they say.
            APP0 => has_jfif |= content.starts_with(b"JFIF\0") && content.len() >= 14,
            // Name, version, two flags, transform.
            APP14 if content.starts_with(b"Adobe") => adobe = content.get(11).copied().or(adobe),
            _ => frame = parse_frame(marker, content)?.or(frame),
        }
    }
}

/// EXIF or XMP, if this segment is one of them.
fn read_app1<'a>(metadata: &mut Metadata<'a>, content: &'a [u8]) {
    if let Some(structure) = exif::segment(content) {
        metadata.add_exif(structure);
    } else if let Some(packet) = content.strip_prefix(metadata::XMP_NAME) {
        metadata.add_xmp(packet);
    }
}

/// The frame, if this segment is one.
fn parse_frame(marker: u8, content: &[u8]) -> Result<Option<Frame>, Error> {
    match marker {
        0xC4 | 0xC8 | 0xCC => return Ok(None), /* DHT, JPG, DAC: among the frames' numbers, but
        * none */
        0xC0..=0xC2 | 0xC9 | 0xCA => {}
        0xC3 | 0xC5..=0xCF => {
            return Err(Error::UnsupportedFormat("lossless or hierarchical JPEG"));
        }
        _ => return Ok(None),
    }
    let &[precision, h0, h1, w0, w1, components, ref rest @ ..] = content else {
        return Err(Error::corrupt("the frame header is too short"));
    };
    if precision != 8 {
        return Err(Error::UnsupportedFormat("JPEG with other than 8 bits a sample"));
    }
    if !matches!(components, 1 | 3 | 4) {
        return Err(Error::UnsupportedFormat("JPEG with other than 1, 3 or 4 components"));
    }
    // Number, sampling, quantization table.
    let (of_components, _) = rest.as_chunks::<3>();
    let sampling = |i: usize| {
        of_components
            .get(i)
            .map_or((0, 0), |&[name, factors, _]| (name, factors))
    };
    Ok(Some(Frame {
        width: u16::from_be_bytes([w0, w1]).into(),
        height: u16::from_be_bytes([h0, h1]).into(),
        components,
        is_progressive: matches!(marker, 0xC2 | 0xCA),
        sampling: [sampling(0), sampling(1), sampling(2)],
    }))
}

/// Whether an end marker follows the data that begins at `scan`. Entropy-coded data never holds
/// one: a byte of 0xFF in it is followed by 0 or a restart marker.
pub(super) fn has_end(bytes: &[u8], scan: usize) -> bool {
    let mut markers = Markers { bytes, at: scan };
    loop {
        match markers.marker() {
            Ok(EOI) => return true,
            Ok(0x01 | SOI | 0xD0..=0xD7) => {}
            Ok(_) if markers.segment().is_ok() => {}
            _ => return false,
        }
    }
}
