//! The compressions of fax machines (ITU-T T.4 and T.6; TIFF 6.0, sections 10 and 11), by the codes
//! of the `fax` crate. Its decoders are not used: of T.4 they read one of the two dimensions only.

use crate::Error;
use fax::BitReader;
use fax::maps::{Mode, black, mode, white};

/// The code that rows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaxCoding {
    /// Runs, each row from a new byte on.
    Runs,
    /// Group 3: an end-of-line code before each row, which may come between two bytes.
    Group3 {
        /// True if a bit after the end of line says that a row is coded by the one above it.
        is_two_dimensional: bool,
    },
    /// Group 4: each row by the one above it.
    Group4,
}

/// Unpacks to rows of a bit for each pixel, black being set, each from a new byte on. Where the
/// data says that it ends, the rest is white.
///
/// # Errors
/// [`Error::Corrupt`] for a code that is none, and [`Error::UnsupportedFormat`] for extensions.
pub(super) fn unpack(
    data: &[u8],
    coding: FaxCoding,
    width: u32,
    rows: u32,
) -> Result<Vec<u8>, Error> {
    let row_bytes = width.div_ceil(8) as usize;
    let mut unpacked = vec![0; row_bytes * rows as usize];
    let mut lines = Lines { bits: FaxBits { data, at: 0 }, width, above: Vec::new() };
    for row in unpacked.chunks_exact_mut(row_bytes.max(1)) {
        let Some(line) = lines.next(coding)? else { break };
        paint(&line, width, row);
        lines.above = line;
    }
    Ok(unpacked)
}

/// A row as the places in pixels where its colour changes: from white, from black, and so on.
type Line = Vec<u32>;

/// Reads rows one after the other.
struct Lines<'a> {
    bits: FaxBits<'a>,
    /// Pixels of a row.
    width: u32,
    /// The row before.
    above: Line,
}

impl Lines<'_> {
    /// Reads the next row; none at the end of the data.
    fn next(&mut self, coding: FaxCoding) -> Result<Option<Line>, Error> {
        match coding {
            FaxCoding::Runs => {
                let line = self.runs()?;
                self.bits.at = self.bits.at.next_multiple_of(8);
                Ok(Some(line))
            }
            FaxCoding::Group3 { is_two_dimensional } => self.next_of_group_3(is_two_dimensional),
            FaxCoding::Group4 => self.changes(),
        }
    }

    fn next_of_group_3(&mut self, is_two_dimensional: bool) -> Result<Option<Line>, Error> {
        let mut ends = 0;
        let mut is_by_runs = true;
        while self.bits.skip_end_of_line()? {
            ends += 1;
            if is_two_dimensional {
                is_by_runs = self.bits.take_bit()?;
            }
            // Several of them without rows say that the page ends.
            if ends > 1 {
                return Ok(None);
            }
        }
        if is_by_runs { self.runs().map(Some) } else { self.changes() }
    }

    /// Reads a row coded by the lengths of its runs.
    fn runs(&mut self) -> Result<Line, Error> {
        let mut line = Line::new();
        let mut at = 0;
        let mut is_black = false;
        while at < self.width {
            at = self.run(at, is_black)?;
            push(&mut line, at);
            is_black = !is_black;
        }
        Ok(line)
    }

    /// Reads a row coded by how it differs from the one above (T.4, 4.2); none at the end of the
    /// data.
    fn changes(&mut self) -> Result<Option<Line>, Error> {
        let mut line = Line::new();
        let mut is_black = false;
        // The place where the next run begins; none at the beginning, where a change may be at the
        // very first pixel.
        let mut at: Option<u32> = None;
        while at.is_none_or(|at| at < self.width) {
            let above = self.change_above(at, is_black);
            match mode::decode(&mut self.bits).ok_or_else(damaged)? {
                Mode::Pass => at = Some(self.place_above(above + 1)),
                Mode::Horizontal => {
                    let first = self.run(at.unwrap_or(0), is_black)?;
                    let second = self.run(first, !is_black)?;
                    push(&mut line, first);
                    push(&mut line, second);
                    at = Some(second);
                }
                Mode::Vertical(offset) => {
                    let place = self.place_above(above);
                    let change = place
                        .checked_add_signed(offset.into())
                        .ok_or_else(damaged)?;
                    if change < at.unwrap_or(0) {
                        return Err(damaged());
                    }
                    push(&mut line, change);
                    at = Some(change);
                    is_black = !is_black;
                }
                Mode::EOF => return Ok(None),
                Mode::Extension => {
                    return Err(Error::UnsupportedFormat("TIFF with a fax's rare compression"));
                }
            }
        }
        Ok(Some(line))
    }

    /// Returns the place of a change of the row above; after the last one its end.
    fn place_above(&self, index: usize) -> u32 {
        self.above.get(index).copied().unwrap_or(self.width)
    }

    /// Returns the index of the first change of the row above that is right of here and to the
    /// other colour than this one.
    fn change_above(&self, at: Option<u32>, is_black: bool) -> usize {
        let next = match at {
            Some(at) => self.above.partition_point(|change| *change <= at),
            None => 0,
        };
        next + usize::from(next.is_multiple_of(2) == is_black)
    }

    /// Reads the length of a run that begins at `from`, and returns the place of its end.
    fn run(&mut self, from: u32, is_black: bool) -> Result<u32, Error> {
        let mut end = from;
        loop {
            let decoded = if is_black {
                black::decode(&mut self.bits)
            } else {
                white::decode(&mut self.bits)
            };
            let part = decoded.ok_or_else(damaged)?;
            end = end.saturating_add(part.into());
            // Longer ones are put together of several.
            if part < 64 {
                return Ok(end.min(self.width));
            }
        }
    }
}

/// Adds a change; two at the same place are none.
fn push(line: &mut Line, at: u32) {
    if line.last() == Some(&at) {
        line.pop();
    } else {
        line.push(at);
    }
}

/// Sets the bits of the pixels that are black.
fn paint(line: &Line, width: u32, row: &mut [u8]) {
    for changes in line.chunks(2) {
        let end = changes.get(1).copied().unwrap_or(width).min(width);
        for pixel in changes[0].min(end)..end {
            row[pixel as usize / 8] |= 0x80 >> (pixel % 8);
        }
    }
}

fn damaged() -> Error {
    Error::corrupt("a fax's code that is none")
}

/// The bits of the data. Beyond the last one there are zeros, so that the last code can be looked
/// up as all others are; but they cannot be taken.
struct FaxBits<'a> {
    data: &'a [u8],
    /// The number of the next bit.
    at: usize,
}

impl FaxBits<'_> {
    /// Steps over zeros and the one that ends a row, if this is its end.
    fn skip_end_of_line(&mut self) -> Result<bool, Error> {
        if self.at + 12 > self.data.len() * 8 || self.peek(11) != Some(0) {
            return Ok(false);
        }
        while !self.take_bit()? {}
        Ok(true)
    }

    fn take_bit(&mut self) -> Result<bool, Error> {
        let bit = self.peek(1) == Some(1);
        self.consume(1).map_err(|()| damaged())?;
        Ok(bit)
    }
}

impl BitReader for FaxBits<'_> {
    type Error = ();

    fn peek(&self, bits: u8) -> Option<u16> {
        let byte =
            |place: usize| u32::from(self.data.get(self.at / 8 + place).copied().unwrap_or(0));
        let window = byte(0) << 16 | byte(1) << 8 | byte(2);
        let count = usize::from(bits.min(16));
        let found = window >> (24 - self.at % 8 - count) & ((1 << count) - 1);
        u16::try_from(found).ok()
    }

    fn consume(&mut self, bits: u8) -> Result<(), ()> {
        self.at += usize::from(bits);
        if self.at > self.data.len() * 8 { Err(()) } else { Ok(()) }
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        u8::try_from(self.at.next_multiple_of(8) - self.at).unwrap_or(0)
    }
}
