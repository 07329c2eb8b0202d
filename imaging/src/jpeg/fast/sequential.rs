//! Sequential coding in one scan (T.81, F.2): blocks go from the bits right into the transform.

use super::bits::EntropyBits;
use super::huffman::{Ac, Dc};
use super::idct::{LANES, group};
use super::layout::{Keep, McuLayout};
use super::lookup::END;
use super::markers::{DecoderState, Scan};

/// Coefficients of the blocks of as many MCUs as there are lanes, rounded up to a power of two.
const BATCH: usize = 8192;

/// The codes of a component in this scan.
struct Coder {
    dc: Dc,
    ac: Ac,
    /// The last DC coefficient.
    last: i32,
    /// The largest size of it.
    most: i32,
}

/// Groups of blocks at most; 4:2:0 has as many.
pub(super) const GROUPS: usize = 6;

/// Decodes the scan whose data begins at `at`, and hands the blocks of as many MCUs as there are
/// lanes over at a time: their coefficients, which groups have more than the first of them, and row
/// and column of the first MCU. Returns the bits that are left.
#[inline(always)]
pub(super) fn decode<'a, const N: usize>(
    bytes: &'a [u8],
    at: usize,
    state: &DecoderState,
    scan: &Scan,
    layout: &McuLayout,
    mut each: impl FnMut(&[i16], &[bool; GROUPS], usize, usize),
) -> Option<EntropyBits<'a>> {
    let is_whole = scan.band == (0, 63) && scan.high == 0 && scan.low == 0;
    if !is_whole || scan.components.len() != layout.components.len() {
        return None;
    }
    let mut coders = coders(state, scan, layout)?;
    let group = group(N);
    let blocks = blocks(layout, group);
    let keep = Keep::new::<N>();
    let mut batch = Box::new([0_i16; BATCH]);
    let mut bits = EntropyBits::new(bytes, at);
    let mut restarts = Restarts::new(state.restart);
    for row in 0..layout.mcus.1 {
        for first in (0..layout.mcus.0).step_by(LANES) {
            let mut has_more = [false; GROUPS];
            for mcu in 0..LANES.min(layout.mcus.0 - first) {
                if let Some(number) = restarts.next() {
                    bits = restart(bytes, bits, number)?;
                    for coder in &mut coders {
                        coder.last = 0;
                    }
                }
                for block in &blocks {
                    let base = block.bases[mcu];
                    let more = decode_block(
                        &mut bits,
                        &mut coders[block.component],
                        &keep,
                        &mut batch,
                        base,
                    )?;
                    has_more[base / group] |= more;
                }
            }
            if bits.is_overrun() {
                return None;
            }
            each(&batch[..], &has_more, row, first);
            let used = layout.groups * group;
            batch[..used].fill(0);
        }
    }
    Some(bits)
}

/// Builds the tables of the codes; none where one is missing or makes no sense.
fn coders(state: &DecoderState, scan: &Scan, layout: &McuLayout) -> Option<Vec<Coder>> {
    let mut coders = Vec::with_capacity(scan.components.len());
    for (in_scan, component) in scan.components.iter().zip(&layout.components) {
        let dc = Dc::new(state.dc.get(in_scan.dc)?.as_ref()?)?;
        let ac = Ac::new(state.ac.get(in_scan.ac)?.as_ref()?)?;
        coders.push(Coder { dc, ac, last: 0, most: component.most });
    }
    Some(coders)
}

/// A block of an MCU.
struct Block {
    component: usize,
    /// The offset of its coefficients, for as many MCUs as there are lanes.
    bases: [usize; LANES],
}

/// Returns the blocks of an MCU, whose groups have this size.
fn blocks(layout: &McuLayout, group_size: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut first_group = 0;
    for (index, component) in layout.components.iter().enumerate() {
        let (across, down) = component.blocks;
        for y in 0..down {
            for x in 0..across {
                let bases = std::array::from_fn(|mcu| {
                    let column = mcu * across + x;
                    let group = first_group + y * across + column / LANES;
                    group * group_size + column % LANES
                });
                blocks.push(Block { component: index, bases });
            }
        }
        first_group += across * down;
    }
    blocks
}

/// Decodes a block, and returns true if there is more than the first coefficient; none where the
/// data makes no sense.
#[inline(never)]
fn decode_block(
    from: &mut EntropyBits<'_>,
    coder: &mut Coder,
    keep: &Keep,
    batch: &mut [i16; BATCH],
    base: usize,
) -> Option<bool> {
    // A copy, so that it can be in registers.
    let mut bits = *from;
    bits.fill();
    coder.last += coder.dc.difference(&mut bits)?;
    if coder.last.abs() > coder.most {
        return None;
    }
    batch[base % BATCH] = coder.last as i16;
    let ac = &coder.ac;
    let mut place = 0_u32;
    let mut put = |place: u32, value: i16| {
        batch[(base + usize::from(keep.slots[(place & 255) as usize])) % BATCH] = value;
    };
    let entry = 'kept: loop {
        bits.fill();
        for _ in 0..2 {
            let entry = ac.entry(&bits);
            let next = place + entry.second();
            if entry.is_partial() {
                let (step, value) = ac.finish(entry, &mut bits)?;
                place += step;
                put(place, value as i16);
                if place >= keep.last {
                    break 'kept None;
                }
                continue;
            }
            if next >= keep.last {
                break 'kept Some(entry);
            }
            bits.skip(entry.length());
            let (first, second) = entry.values();
            put(place + entry.first(), first);
            put(next, second);
            place = next;
        }
    };
    if let Some(entry) = entry {
        let next = place + entry.second();
        if next <= 63 || (END..END + 63).contains(&next) {
            bits.skip(entry.length());
            let (first, second) = entry.values();
            put(place + entry.first(), first);
            put(next, second);
            place = next;
        } else {
            let (step, value) = ac.symbol(&mut bits)?;
            place += step;
            put(place, value as i16);
        }
    }
    let has_more = place != END;
    while place < 63 {
        place = skip(&mut bits, ac, place)?;
    }
    *from = bits;
    (place == 63 || place >= END).then_some(has_more)
}

/// Steps over one coefficient or several that are not needed, and returns the place behind them.
#[inline(always)]
fn skip(bits: &mut EntropyBits<'_>, ac: &Ac, place: u32) -> Option<u32> {
    bits.fill_half();
    let entry = u32::from(ac.skip(bits));
    let next = place + (entry >> 8);
    if entry != 0 && (next <= 63 || (END..END + 63).contains(&next)) {
        bits.skip(entry & 63);
        return Some(next);
    }
    // Some of these are of the next block.
    Some(place + ac.symbol(bits)?.0)
}

/// Counts MCUs up to restart markers.
pub(super) struct Restarts {
    interval: usize,
    left: usize,
    number: u8,
}

impl Restarts {
    pub(super) fn new(interval: usize) -> Self {
        Self { interval, left: interval, number: 0 }
    }

    /// Returns the number of the marker that is due before the next MCU.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<u8> {
        if self.interval == 0 {
            return None;
        }
        if self.left > 0 {
            self.left -= 1;
            return None;
        }
        self.left = self.interval - 1;
        let number = self.number;
        self.number = (number + 1) % 8;
        Some(number)
    }
}

/// Returns the bits behind this restart marker, which must follow.
pub(super) fn restart<'a>(
    bytes: &'a [u8],
    bits: EntropyBits<'a>,
    number: u8,
) -> Option<EntropyBits<'a>> {
    let at = bits.end()?;
    if *bytes.get(at + 1)? != 0xD0 + number {
        return None;
    }
    Some(EntropyBits::new(bytes, at + 2))
}
