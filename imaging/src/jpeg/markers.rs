//! The markers of a JPEG file and the segments behind them (ITU-T T.81, annex B).

use crate::Error;

pub(super) const SOI: u8 = 0xD8;
pub(super) const EOI: u8 = 0xD9;
pub(super) const SOS: u8 = 0xDA;
pub(super) const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
pub(super) const APP13: u8 = 0xED;
pub(super) const APP14: u8 = 0xEE;

/// Walks markers and their segments from the start of the file.
pub(super) struct MarkerReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> MarkerReader<'a> {
    /// Begins behind the start marker.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 }
    }

    /// Begins at an offset in bytes.
    pub(super) fn starting_at(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Returns the offset of what was not read yet.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads the next marker that has a segment, and its content. Junk before a marker is skipped,
    /// as libjpeg does it.
    pub(super) fn next_segment(&mut self) -> Result<(u8, &'a [u8]), Error> {
        loop {
            match self.marker()? {
                0x01 | 0xD0..=0xD7 => {}
                SOI | EOI => return Err(Error::corrupt("no picture before the end marker")),
                marker => return Ok((marker, self.segment()?)),
            }
        }
    }

    /// Reads the next marker.
    pub(super) fn marker(&mut self) -> Result<u8, Error> {
        loop {
            let rest = self.bytes.get(self.at..).ok_or(Error::Truncated)?;
            let start = rest.iter().position(|byte| *byte == 0xFF);
            self.at += start.ok_or(Error::Truncated)?;
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

    /// Reads the content of the segment that begins here.
    pub(super) fn segment(&mut self) -> Result<&'a [u8], Error> {
        let rest = self.bytes.get(self.at..).ok_or(Error::Truncated)?;
        let (length_field, _) = rest.split_first_chunk::<2>().ok_or(Error::Truncated)?;
        let length = usize::from(u16::from_be_bytes(*length_field));
        if length < 2 {
            return Err(Error::corrupt("a segment shorter than its length field"));
        }
        let content = rest.get(2..length).ok_or(Error::Truncated)?;
        self.at += length;
        Ok(content)
    }
}
