//! Segments (T.81, annex B), as far as decoding needs them.

use super::code::Code;
use crate::jpeg::decoder::Shape;
use crate::pixels::Layout;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;

/// Where the first segment begins.
pub(super) fn start(bytes: &[u8]) -> Option<usize> {
    bytes.starts_with(&[0xFF, SOI]).then_some(2)
}

/// What the segments so far have defined.
#[derive(Default)]
pub(super) struct State {
    pub(super) frame: Option<Frame>,
    /// By row and column.
    pub(super) quantization: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<Code>; 4],
    pub(super) ac: [Option<Code>; 4],
    /// MCUs between restart markers; 0: there are none.
    pub(super) restart: usize,
    /// Whether there was a scan, from which on dequantisation should not change.
    has_scan: bool,
}

/// The frame header.
pub(super) struct Frame {
    pub(super) is_progressive: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) components: Vec<Component>,
}

pub(super) struct Component {
    name: u8,
    /// Blocks of an MCU across and down.
    pub(super) blocks: (usize, usize),
    pub(super) table: usize,
}

impl Frame {
    /// Whether its components make a picture of this shape, and are sampled as the ones of a camera
    /// are.
    pub(super) fn has(&self, shape: Shape) -> bool {
        match (&self.components[..], shape) {
            ([_], Shape::Interleaved(Layout::Grey)) => true,
            ([luma, blue, red], Shape::Planar { step: (across, down) }) => {
                let is_usual = matches!(luma.blocks, (1 | 2, 1) | (2, 2)) && blue.blocks == (1, 1);
                is_usual && red.blocks == (1, 1) && luma.blocks == (across as usize, down as usize)
            }
            _ => false,
        }
    }
}

/// The header of a scan.
pub(super) struct Scan {
    /// Of each component: its place in the frame, the codes for DC and AC.
    pub(super) components: Vec<(usize, usize, usize)>,
    /// The first and the last coefficient.
    pub(super) band: (usize, usize),
    /// The bit above the lowest one that was sent before, and the lowest one that is now.
    pub(super) bits: (u32, u32),
}

/// What stands at a place where segments are.
pub(super) enum Next {
    /// A scan, whose data begins there.
    Scan(Scan, usize),
    End,
}

impl State {
    /// Reads segments up to a scan or to the end; nothing, where there is anything unusual.
    pub(super) fn read(&mut self, bytes: &[u8], at: &mut usize) -> Option<Next> {
        loop {
            let &[0xFF, marker, ..] = bytes.get(*at..)? else { return None };
            *at += 1;
            if marker == 0xFF {
                continue; // may be repeated
            }
            *at += 1;
            if marker == EOI {
                return Some(Next::End);
            }
            let (&length, rest) = bytes.get(*at..)?.split_first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes(length));
            let content = rest.get(..length.checked_sub(2)?)?;
            *at += length;
            match marker {
                SOS => {
                    self.has_scan = true;
                    return Some(Next::Scan(self.scan(content)?, *at));
                }
                0xC0..=0xC2 if self.frame.is_none() => {
                    self.frame = Some(frame(content, marker == 0xC2)?)
                }
                0xC4 => self.codes(content)?,
                0xDB if !self.has_scan => self.quantization(content)?,
                0xDD => self.restart = u16::from_be_bytes(content.try_into().ok()?).into(),
                0xE0..=0xEF | 0xFE => {}
                _ => return None,
            }
        }
    }

    /// The code tables that a scan takes may be defined again before the next one.
    fn codes(&mut self, mut content: &[u8]) -> Option<()> {
        while let Some((&[kind, ref counts @ ..], rest)) = content.split_first_chunk::<17>() {
            let (symbols, rest) =
                rest.split_at_checked(counts.iter().map(|count| usize::from(*count)).sum())?;
            let tables = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            if kind >> 4 > 1 || symbols.len() > 256 {
                return None;
            }
            *tables.get_mut(usize::from(kind & 15))? =
                Some(Code { counts: *counts, symbols: symbols.to_vec() });
            content = rest;
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
        let (names, &[first, last, bits]) = rest.split_last_chunk::<3>()?;
        let (names, []) = names.as_chunks::<2>() else { return None };
        if names.len() != usize::from(count) || names.is_empty() || first > last || last > 63 {
            return None;
        }
        let mut components = Vec::<(usize, usize, usize)>::with_capacity(names.len());
        for [name, codes] in names {
            let place = frame
                .components
                .iter()
                .position(|component| component.name == *name)?;
            // In the frame's order, so none twice.
            if components
                .last()
                .is_some_and(|(before, ..)| *before >= place)
            {
                return None;
            }
            components.push((place, usize::from(codes >> 4), usize::from(codes & 15)));
        }
        let (band, bits) =
            ((first.into(), last.into()), (u32::from(bits >> 4), u32::from(bits & 15)));
        Some(Scan { components, band, bits })
    }
}

fn frame(content: &[u8], is_progressive: bool) -> Option<Frame> {
    let (&[8, h0, h1, w0, w1, count], rest) = content.split_first_chunk::<6>()? else {
        return None;
    };
    let (components, []) = rest.as_chunks::<3>() else { return None };
    let components: Vec<Component> = components
        .iter()
        .map(|&[name, sampling, table]| Component {
            name,
            blocks: (usize::from(sampling >> 4), usize::from(sampling & 15)),
            table: table.into(),
        })
        .collect();
    let names = components.iter().map(|component| component.name);
    let has_names = names
        .clone()
        .enumerate()
        .all(|(i, name)| names.clone().take(i).all(|other| other != name));
    let (width, height) =
        (u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into());
    // Of a single component too, which comes block by block whatever they say (T.81, B.2.2).
    let is_sampled = components
        .iter()
        .all(|Component { blocks: (h, v), .. }| (1..=4).contains(h) && (1..=4).contains(v));
    let is_usual = has_names
        && is_sampled
        && components.len() == usize::from(count)
        && width > 0
        && height > 0;
    is_usual.then_some(Frame { is_progressive, width, height, components })
}

/// The places of coefficients, by row and column, in the order in which they are stored.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];
