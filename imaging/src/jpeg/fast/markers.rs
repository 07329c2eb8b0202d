//! Segments (T.81, annex B), as far as decoding needs them.

use super::code::Code;
use crate::jpeg::job::Shape;
use crate::jpeg::markers::{EOI, SOI, SOS};
use crate::pixels::PixelLayout;

/// Returns the offset of the first segment.
pub(super) fn start(bytes: &[u8]) -> Option<usize> {
    bytes.starts_with(&[0xFF, SOI]).then_some(2)
}

/// Everything that the segments so far have defined.
#[derive(Default)]
pub(super) struct DecoderState {
    pub(super) frame: Option<CodedFrame>,
    /// Factors of dequantisation, by row and column.
    pub(super) quantization: [Option<[u16; 64]>; 4],
    /// Codes of first coefficients.
    pub(super) dc: [Option<Code>; 4],
    /// Codes of the other coefficients.
    pub(super) ac: [Option<Code>; 4],
    /// MCUs between restart markers; 0 if there are none.
    pub(super) restart: usize,
    /// True if there was a scan, from which on dequantisation should not change.
    has_scan: bool,
}

/// The frame header.
pub(super) struct CodedFrame {
    pub(super) is_progressive: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<FrameComponent>,
}

/// A component of the frame header.
pub(super) struct FrameComponent {
    name: u8,
    /// Blocks of an MCU across and down.
    pub(super) blocks: (usize, usize),
    /// The number of its table of dequantisation.
    pub(super) table: usize,
}

impl CodedFrame {
    /// Returns true if its components make a picture of this shape, and are sampled as the ones of
    /// a camera are.
    pub(super) fn has_shape(&self, shape: Shape) -> bool {
        match (&self.components[..], shape) {
            ([_], Shape::Interleaved(PixelLayout::Grey)) => true,
            ([luma, blue, red], Shape::Planar { step: (across, down) }) => {
                let is_usual = matches!(luma.blocks, (1 | 2, 1) | (2, 2)) && blue.blocks == (1, 1);
                is_usual && red.blocks == (1, 1) && luma.blocks == (across as usize, down as usize)
            }
            _ => false,
        }
    }

    /// Returns the place of the component of this name.
    fn place_of(&self, name: u8) -> Option<usize> {
        self.components
            .iter()
            .position(|component| component.name == name)
    }

    /// Reads the content of the segment; none where there is anything unusual.
    fn read(content: &[u8], is_progressive: bool) -> Option<Self> {
        let (&[8, h0, h1, w0, w1, count], rest) = content.split_first_chunk::<6>()? else {
            return None;
        };
        let width = u32::from(u16::from_be_bytes([w0, w1]));
        let height = u32::from(u16::from_be_bytes([h0, h1]));
        let mut frame = Self { is_progressive, width, height, components: Vec::new() };
        let (stored, []) = rest.as_chunks::<3>() else { return None };
        if stored.len() != usize::from(count) || width == 0 || height == 0 {
            return None;
        }
        for &[name, sampling, table] in stored {
            let blocks = (usize::from(sampling >> 4), usize::from(sampling & 15));
            // Of a single component too, which comes block by block whatever they say (T.81,
            // B.2.2).
            let is_sampled = (1..=4).contains(&blocks.0) && (1..=4).contains(&blocks.1);
            if !is_sampled || frame.place_of(name).is_some() {
                return None;
            }
            frame
                .components
                .push(FrameComponent { name, blocks, table: table.into() });
        }
        Some(frame)
    }
}

/// The header of a scan.
pub(super) struct Scan {
    pub(super) components: Vec<ScanComponent>,
    /// The first and the last coefficient.
    pub(super) band: (usize, usize),
    /// The lowest bit that was sent before; 0 if none was.
    pub(super) high: u32,
    /// The lowest bit that is sent now.
    pub(super) low: u32,
}

/// A component of a scan.
#[derive(Clone, Copy)]
pub(super) struct ScanComponent {
    /// Its place in the frame.
    pub(super) place: usize,
    /// The number of the code for its first coefficients.
    pub(super) dc: usize,
    /// The number of the code for its other coefficients.
    pub(super) ac: usize,
}

/// The segment that ends the tables before it.
pub(super) enum NextSegment {
    /// A scan, and the offset of its data.
    Scan(Scan, usize),
    End,
}

impl DecoderState {
    /// Reads segments up to a scan or to the end; none where there is anything unusual.
    pub(super) fn read(&mut self, bytes: &[u8], at: &mut usize) -> Option<NextSegment> {
        loop {
            let &[0xFF, marker, ..] = bytes.get(*at..)? else { return None };
            *at += 1;
            if marker == 0xFF {
                continue; // may be repeated
            }
            *at += 1;
            if marker == EOI {
                return Some(NextSegment::End);
            }
            let (&length, rest) = bytes.get(*at..)?.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(length));
            let content = rest.get(..length.checked_sub(2)?)?;
            *at += length;
            match marker {
                SOS => {
                    self.has_scan = true;
                    return Some(NextSegment::Scan(self.scan(content)?, *at));
                }
                0xC0..=0xC2 if self.frame.is_none() => {
                    self.frame = Some(CodedFrame::read(content, marker == 0xC2)?);
                }
                0xC4 => self.codes(content)?,
                0xDB if !self.has_scan => self.quantization(content)?,
                0xDD => self.restart = u16::from_be_bytes(content.try_into().ok()?).into(),
                0xE0..=0xEF | 0xFE => {}
                _ => return None,
            }
        }
    }

    /// Reads code tables, which may be defined again before the next scan.
    fn codes(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&[kind, ref counts @ ..], rest)) = content.split_first_chunk::<17>() {
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, after) = rest.split_at_checked(total)?;
            let tables = match kind >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return None,
            };
            if symbols.len() > 256 {
                return None;
            }
            let table = tables.get_mut(usize::from(kind & 15))?;
            *table = Some(Code { counts: *counts, symbols: symbols.to_vec() });
            content = after;
        }
        content.is_empty().then_some(())
    }

    fn quantization(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&[kind, ref values @ ..], rest)) = content.split_first_chunk::<65>() {
            let table = self.quantization.get_mut(usize::from(kind))?; // 8 bits each
            let mut natural = [0; 64];
            for (place, value) in ZIGZAG.into_iter().zip(values) {
                natural[usize::from(place)] = u16::from(*value);
            }
            *table = Some(natural);
            content = rest;
        }
        content.is_empty().then_some(())
    }

    fn scan(&self, content: &[u8]) -> Option<Scan> {
        let frame = self.frame.as_ref()?;
        let (&count, rest) = content.split_first()?;
        let (pairs, &[first, last, bits]) = rest.split_last_chunk::<3>()?;
        let (selectors, []) = pairs.as_chunks::<2>() else { return None };
        let is_counted = selectors.len() == usize::from(count) && !selectors.is_empty();
        if !is_counted || first > last || last > 63 {
            return None;
        }
        let mut components = Vec::<ScanComponent>::with_capacity(selectors.len());
        for [name, codes] in selectors {
            let place = frame.place_of(*name)?;
            // In the frame's order, so none twice.
            if components
                .last()
                .is_some_and(|before| before.place >= place)
            {
                return None;
            }
            let dc = usize::from(codes >> 4);
            let ac = usize::from(codes & 15);
            components.push(ScanComponent { place, dc, ac });
        }
        Some(Scan {
            components,
            band: (first.into(), last.into()),
            high: u32::from(bits >> 4),
            low: u32::from(bits & 15),
        })
    }
}

/// The places of coefficients, by row and column, in the order in which they are stored.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
