//! The head of a JPEG file, up to the first scan (ITU-T T.81, annex B).

use super::markers::{APP0, APP1, APP2, APP13, APP14, EOI, MarkerReader, SOI, SOS};
use crate::metadata::{self, Metadata};
use crate::{Error, exif};

/// The frame header (SOF).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameHeader {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 (grey), 3 or 4 (CMYK or YCCK).
    pub(super) components: u8,
    pub(super) is_progressive: bool,
    /// The first three components; zero where there are fewer.
    first_components: [FrameComponentHeader; 3],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct FrameComponentHeader {
    /// The number that it goes by.
    name: u8,
    /// Samples of a unit across, in the high half, and down.
    sampling: u8,
}

/// Everything before the pixels.
#[derive(Debug)]
pub(super) struct JpegHead<'a> {
    pub(super) frame: FrameHeader,
    /// Metadata in its segments.
    pub(super) metadata: Metadata<'a>,
    icc: Vec<IccPiece<'a>>,
    /// The colour transform of the Adobe segment (APP14), if there is one.
    adobe: Option<u8>,
    has_jfif: bool,
    scan_components: u8,
    /// The offset at which the first scan's data begins, in bytes.
    pub(super) scan: usize,
}

/// A piece of the ICC profile (ICC.1:2022, B.4).
#[derive(Debug)]
struct IccPiece<'a> {
    /// Its number, from 1.
    number: u8,
    /// The number of pieces.
    count: u8,
    bytes: &'a [u8],
}

impl JpegHead<'_> {
    /// Returns true if the first scan holds the whole picture.
    pub(super) fn is_single_scan(&self) -> bool {
        !self.frame.is_progressive && self.scan_components == self.frame.components
    }

    /// Returns true if there is an Adobe segment.
    pub(super) fn is_adobe(&self) -> bool {
        self.adobe.is_some()
    }

    /// Returns the pixels to a sample of chroma, across and down, of a picture in luma and chroma
    /// that is sampled as cameras do it: 4:2:0, 4:2:2 or 4:4:4. What is in RGB, or is sampled
    /// otherwise, has none.
    pub(super) fn chroma_step(&self) -> Option<(u32, u32)> {
        if self.is_rgb() {
            return None;
        }
        match self
            .frame
            .first_components
            .map(|component| component.sampling)
        {
            [0x11, 0x11, 0x11] => Some((1, 1)),
            [0x21, 0x11, 0x11] => Some((2, 1)),
            [0x22, 0x11, 0x11] => Some((2, 2)),
            _ => None,
        }
    }

    /// Returns true if three components are RGB, by the rules by which libjpeg guesses
    /// (jdapimin.c, `default_decompress_parms`).
    fn is_rgb(&self) -> bool {
        match self.adobe {
            _ if self.has_jfif => false,
            Some(transform) => transform == 0,
            None => self.frame.first_components.map(|component| component.name) == *b"RGB",
        }
    }

    /// Returns the ICC profile put together; none where a piece is missing.
    pub(super) fn icc_profile(&self) -> Option<Vec<u8>> {
        let count = self.icc.first()?.count;
        let mut profile = Vec::new();
        for number in 1..=count {
            let mut pieces = self.icc.iter();
            let piece = pieces.find(|piece| piece.number == number && piece.count == count)?;
            profile.extend_from_slice(piece.bytes);
        }
        Some(profile)
    }
}

/// The end of a file.
pub(super) const END: [u8; 2] = [0xFF, EOI];

/// Bytes of Photoshop's resources that are put together. They are in several segments where one is
/// too short.
const MAX_RESOURCES: usize = 1 << 20;

/// Reads up to the frame header.
pub(super) fn read_frame(bytes: &[u8]) -> Result<FrameHeader, Error> {
    let mut markers = MarkerReader::new(bytes);
    loop {
        let (marker, content) = markers.next_segment()?;
        if let Some(frame) = parse_frame(marker, content)? {
            return Ok(frame);
        }
    }
}

/// Reads up to the first scan.
pub(super) fn read_head(bytes: &[u8]) -> Result<JpegHead<'_>, Error> {
    let mut markers = MarkerReader::new(bytes);
    let mut segments = Segments::default();
    loop {
        let (marker, content) = markers.next_segment()?;
        if marker == SOS {
            let scan_components = content.first().copied().unwrap_or(0);
            return segments.into_head(scan_components, markers.position());
        }
        segments.take(marker, content)?;
    }
}

/// The segments of a head that were read so far.
#[derive(Default)]
struct Segments<'a> {
    frame: Option<FrameHeader>,
    icc: Vec<IccPiece<'a>>,
    adobe: Option<u8>,
    has_jfif: bool,
    metadata: Metadata<'a>,
    /// Photoshop's resources.
    resources: Vec<u8>,
}

impl<'a> Segments<'a> {
    fn take(&mut self, marker: u8, content: &'a [u8]) -> Result<(), Error> {
        match marker {
            // As long as it must be for libjpeg to take it for what it says.
            APP0 => self.has_jfif |= content.starts_with(b"JFIF\0") && content.len() >= 14,
            APP1 => self.take_app1(content),
            APP2 => self.take_app2(content),
            APP13 => self.take_app13(content),
            // Name, version, two flags, transform.
            APP14 if content.starts_with(b"Adobe") => {
                self.adobe = content.get(11).copied().or(self.adobe);
            }
            _ => self.frame = parse_frame(marker, content)?.or(self.frame),
        }
        Ok(())
    }

    /// Takes EXIF or XMP, if this segment is one of them.
    fn take_app1(&mut self, content: &'a [u8]) {
        if let Some(structure) = exif::segment(content) {
            self.metadata.add_exif(structure);
        } else if let Some(packet) = content.strip_prefix(metadata::XMP_NAME) {
            self.metadata.add_xmp(packet);
        }
    }

    fn take_app2(&mut self, content: &'a [u8]) {
        if let Some([number, count, bytes @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") {
            self.icc
                .push(IccPiece { number: *number, count: *count, bytes });
        }
    }

    fn take_app13(&mut self, content: &'a [u8]) {
        let Some(resources) = content.strip_prefix(metadata::PHOTOSHOP_NAME) else { return };
        if self.resources.len() + resources.len() <= MAX_RESOURCES {
            self.resources.extend_from_slice(resources);
        }
    }

    fn into_head(mut self, scan_components: u8, scan: usize) -> Result<JpegHead<'a>, Error> {
        let frame = self
            .frame
            .ok_or_else(|| Error::corrupt("a scan before the frame"))?;
        self.metadata.add_photoshop(&self.resources);
        Ok(JpegHead {
            frame,
            metadata: self.metadata,
            icc: self.icc,
            adobe: self.adobe,
            has_jfif: self.has_jfif,
            scan_components,
            scan,
        })
    }
}

/// Returns the frame, if this segment is one.
///
/// # Errors
/// [`Error::UnsupportedFormat`] for a frame of a kind that is not read, and [`Error::Corrupt`] for
/// one that is too short.
fn parse_frame(marker: u8, content: &[u8]) -> Result<Option<FrameHeader>, Error> {
    match marker {
        // DHT, JPG and DAC are among the frames' numbers, but are none.
        0xC4 | 0xC8 | 0xCC => return Ok(None),
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
    let mut first_components = [FrameComponentHeader::default(); 3];
    // Number, sampling, quantization table.
    let (stored, _) = rest.as_chunks::<3>();
    for (component, &[name, sampling, _]) in first_components.iter_mut().zip(stored) {
        *component = FrameComponentHeader { name, sampling };
    }
    Ok(Some(FrameHeader {
        width: u16::from_be_bytes([w0, w1]).into(),
        height: u16::from_be_bytes([h0, h1]).into(),
        components,
        is_progressive: matches!(marker, 0xC2 | 0xCA),
        first_components,
    }))
}

/// Returns true if an end marker follows the data that begins at `scan`. Entropy-coded data never
/// holds one: a byte of 0xFF in it is followed by 0 or a restart marker.
pub(super) fn has_end(bytes: &[u8], scan: usize) -> bool {
    let mut markers = MarkerReader::starting_at(bytes, scan);
    loop {
        match markers.marker() {
            Ok(EOI) => return true,
            Ok(0x01 | SOI | 0xD0..=0xD7) => {}
            Ok(_) if markers.segment().is_ok() => {}
            _ => return false,
        }
    }
}
