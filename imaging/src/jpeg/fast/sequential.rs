//! Sequential coding in one scan (T.81, F.2): blocks go from the bits right into the transform.

use super::bits::Bits;
use super::huffman::{Ac, Dc};
use super::idct::{LANES, group};
use super::layout::{Keep, Layout};
use super::lookup::END;
use super::markers::{Scan, State};

/// Coefficients of the blocks of eight MCUs, rounded up to a power of two.
const BATCH: usize = 8192;

/// A component as this scan has it.
struct Coder {
    dc: Dc,
    ac: Ac,
    /// The last DC coefficient.
    last: i32,
    /// What it may be at most.
    most: i32,
}

/// Groups of blocks in eight MCUs, at most; 4:2:0 has as many.
pub(super) const GROUPS: usize = 6;

/// Decodes the scan whose data begins at `at`, and hands the blocks of up to eight MCUs over at a
/// time: their coefficients, which groups have more than the first of them, and row and column of
/// the first MCU. Returns the bits that are left.
#[inline(always)]
pub(super) fn decode<'a, const N: usize>(
    bytes: &'a [u8],
    at: usize,
    state: &State,
    scan: &Scan,
    layout: &Layout,
    mut each: impl FnMut(&[i16], &[bool; GROUPS], usize, usize),
) -> Option<Bits<'a>> {
    if scan.components.len() != layout.components.len()
        || scan.band != (0, 63)
        || scan.bits != (0, 0)
    {
        return None;
    }
    let mut coders = scan
        .components
        .iter()
        .zip(&layout.components)
        .map(|(&(_, dc, ac), component)| {
            let dc = Dc::new(state.dc.get(dc)?.as_ref()?)?;
            let ac = Ac::new(state.ac.get(ac)?.as_ref()?)?;
            Some(Coder { dc, ac, last: 0, most: component.most })
        })
        .collect::<Option<Vec<_>>>()?;
    let group = group(N);
    let blocks = blocks(layout, group);
    let keep = Keep::new::<N>();
    let mut batch = Box::new([0_i16; BATCH]);
    let mut bits = Bits::new(bytes, at);
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

/// A block of an MCU.
struct Block {
    component: usize,
    /// Where its coefficients go, for each of eight MCUs.
    bases: [usize; LANES],
}

fn blocks(layout: &Layout, size: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut group = 0;
    for (component, it) in layout.components.iter().enumerate() {
        let (across, down) = it.blocks;
        for y in 0..down {
            for x in 0..across {
                let bases = std::array::from_fn(|mcu| {
                    let column = mcu * across + x;
                    (group + y * across + column / LANES) * size + column % LANES
                });
                blocks.push(Block { component, bases });
            }
        }
        group += across * down;
    }
    blocks
}

/// Says whether there is more than the first coefficient.
#[inline(never)]
fn decode_block(
    from: &mut Bits<'_>,
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

/// Steps over one coefficient or several that are not needed.
#[inline(always)]
fn skip(bits: &mut Bits<'_>, ac: &Ac, place: u32) -> Option<u32> {
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

    /// The number of the marker that is due before the next MCU.
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

/// Goes on after this restart marker.
pub(super) fn restart<'a>(bytes: &'a [u8], bits: Bits<'a>, number: u8) -> Option<Bits<'a>> {
    let at = bits.end()?;
    (bytes.get(at + 1) == Some(&(0xD0 + number))).then(|| Bits::new(bytes, at + 2))
}
