//! Progressive coding (T.81, annex G): coefficients are collected from several scans.
//!
//! Of the coefficients that the scale does not need, only whether they are zero is kept, a bit for
//! each: scans that refine have bits for those that are not.

use super::bits::Bits;
use super::first::Send;
use super::huffman::{Band, Dc};
use super::idct::{LANES, group};
use super::layout::{Keep, Layout};
use super::markers::{self, Next, Scan, State};
use super::output::Output;
use super::plan::{self, plan};
use super::refine::Refine;
use super::sequential::{Restarts, restart};
use crate::jpeg::decoder::Job;

/// The coefficients of a component.
pub(super) struct Coefficients {
    /// Blocks across, in whole MCUs and groups.
    across: usize,
    /// In groups of eight blocks.
    pub(super) values: Vec<i16>,
    /// For each block a bit for each coefficient after the first that is not zero, in the order of
    /// storage.
    pub(super) masks: Vec<u64>,
    /// What a DC coefficient may be at most.
    most: i32,
    /// Size of a group.
    group: usize,
}

impl Coefficients {
    /// The place of a block's first coefficient.
    #[inline(always)]
    pub(super) fn base(&self, block: usize) -> usize {
        block / LANES * self.group + block % LANES
    }
}

/// What goes from a block to the next, until a restart.
#[derive(Default)]
pub(super) struct Carry {
    /// The last DC coefficient of each component.
    last: [i32; 4],
    /// Blocks to come that have nothing more.
    pub(super) ended: u32,
}

pub(super) fn decode<const N: usize>(
    bytes: &[u8],
    layout: &Layout,
    job: &Job,
    output: &mut Output<'_, N>,
) -> Option<()> {
    let keep = Keep::new::<N>();
    let (scans, Some(Next::End)) = plan::scans(bytes, job.scans)? else { return None };
    let matters = plan(&scans, layout.components.len(), &keep)?;
    let mut all = allocate(layout, group(N), job.memory)?;
    let (mut state, mut at) = (State::default(), markers::start(bytes)?);
    for matters in matters {
        let Next::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
        at = if matters {
            decode_scan(bytes, data, &state, &scan, layout, &keep, &mut all)?.end()?
        } else {
            plan::skip(bytes, data)?
        };
    }
    let Next::End = state.read(bytes, &mut at)? else { return None };
    for (component, coefficients) in all.iter().enumerate() {
        let groups = coefficients.values.chunks_exact(coefficients.group);
        let (masks, _) = coefficients.masks.as_chunks::<LANES>();
        for (index, (group, masks)) in groups.zip(masks).enumerate() {
            let has_more = masks.iter().any(|mask| mask & keep.places != 0);
            let block = index * LANES;
            output.write_group(
                component,
                group,
                has_more,
                block % coefficients.across,
                block / coefficients.across,
            );
        }
    }
    Some(())
}

/// Returns where the last scan's data ends, if the scans together send all of all coefficients, and
/// each is there to its last bit. What follows the last one may be anything.
pub(super) fn end(bytes: &[u8], layout: &Layout, job: &Job) -> Option<usize> {
    let keep = Keep::new::<1>();
    let (scans, _) = plan::scans(bytes, job.scans)?;
    plan(&scans, layout.components.len(), &keep)?;
    let mut all = allocate(layout, group(1), job.memory)?;
    let (mut state, mut at) = (State::default(), markers::start(bytes)?);
    for number in 1..=scans.len() {
        let Next::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
        let bits = decode_scan(bytes, data, &state, &scan, layout, &keep, &mut all)?;
        at = if number < scans.len() { bits.end()? } else { bits.end_before_anything()? };
    }
    Some(at)
}

fn allocate(layout: &Layout, group: usize, memory: u64) -> Option<Vec<Coefficients>> {
    let sizes = layout.components.iter().map(|component| {
        let across = (layout.mcus.0 * component.blocks.0).next_multiple_of(LANES);
        (across, across * layout.mcus.1 * component.blocks.1)
    });
    let bytes = |(_, blocks)| {
        (blocks / LANES * group * size_of::<i16>() + blocks * size_of::<u64>()) as u64
    };
    if sizes.clone().map(bytes).sum::<u64>() > memory {
        return None;
    }
    let coefficients = sizes
        .zip(&layout.components)
        .map(|((across, blocks), component)| Coefficients {
            across,
            values: vec![0; blocks / LANES * group],
            masks: vec![0; blocks],
            most: component.most,
            group,
        });
    Some(coefficients.collect())
}

/// Decodes a scan. Returns the bits that are left.
fn decode_scan<'a>(
    bytes: &'a [u8],
    at: usize,
    state: &State,
    scan: &Scan,
    layout: &Layout,
    keep: &Keep,
    all: &mut [Coefficients],
) -> Option<Bits<'a>> {
    let bits = Bits::new(bytes, at);
    let walk =
        Walk { bytes, bits, restarts: Restarts::new(state.restart), carry: Carry::default() };
    let low = scan.bits.1;
    if scan.band.0 == 0 {
        if scan.bits.0 > 0 {
            return walk.all(scan, layout, all, |bits, _, _, it, block| {
                let base = it.base(block);
                bits.fill_half();
                it.values[base] |= (bits.take(1) << low) as i16;
                Some(())
            });
        }
        let codes = scan
            .components
            .iter()
            .map(|&(_, dc, _)| Dc::new(state.dc.get(dc)?.as_ref()?));
        let codes = codes.collect::<Option<Vec<_>>>()?;
        return walk.all(scan, layout, all, |bits, carry, number, it, block| {
            bits.fill_half();
            carry.last[number] += codes[number].difference(bits)?;
            let value = carry.last[number].checked_mul(1 << low)?;
            let base = it.base(block);
            it.values[base] = value as i16;
            (value.abs() <= it.most).then_some(())
        });
    }
    let &[(component, _, ac)] = &scan.components[..] else { return None };
    let code = state.ac.get(ac)?.as_ref()?;
    let (size, it) = (layout.components[component].size, &mut all[component]);
    if scan.bits.0 > 0 {
        let refine = Refine { code: Band::refining(code)?, band: plan::band(scan.band), low, keep };
        return walk.one(size, it, |bits, carry, it, block| refine.block(bits, carry, it, block));
    }
    let (first, last) = (scan.band.0 as u32, scan.band.1 as u32);
    let send = Send { code: Band::first(code)?, band: (first, last), low, keep };
    walk.one(size, it, |bits, carry, it, block| send.block(bits, carry, it, block))
}

/// Goes from block to block.
struct Walk<'a> {
    bytes: &'a [u8],
    bits: Bits<'a>,
    restarts: Restarts,
    carry: Carry,
}

impl<'a> Walk<'a> {
    /// To be called before each MCU.
    #[inline(always)]
    fn next(&mut self) -> Option<()> {
        if let Some(number) = self.restarts.next() {
            self.bits = restart(self.bytes, self.bits, number)?;
            self.carry = Carry::default();
        }
        Some(())
    }

    /// The blocks of one component, which are those that the picture has.
    #[inline(always)]
    fn one(
        mut self,
        (across, down): (usize, usize),
        it: &mut Coefficients,
        mut each: impl FnMut(&mut Bits<'a>, &mut Carry, &mut Coefficients, usize) -> Option<()>,
    ) -> Option<Bits<'a>> {
        for row in 0..down {
            for column in 0..across {
                self.next()?;
                let block = row * it.across + column;
                each(&mut self.bits, &mut self.carry, it, block)?;
            }
            if self.bits.is_overrun() {
                return None;
            }
        }
        Some(self.bits)
    }

    /// The blocks of a scan that may have several components, which are then those of whole MCUs.
    #[inline(always)]
    fn all(
        mut self,
        scan: &Scan,
        layout: &Layout,
        all: &mut [Coefficients],
        mut each: impl FnMut(&mut Bits<'a>, &mut Carry, usize, &mut Coefficients, usize) -> Option<()>,
    ) -> Option<Bits<'a>> {
        if let &[(component, ..)] = &scan.components[..] {
            let size = layout.components[component].size;
            return self.one(size, &mut all[component], |bits, carry, it, block| {
                each(bits, carry, 0, it, block)
            });
        }
        for row in 0..layout.mcus.1 {
            for column in 0..layout.mcus.0 {
                self.next()?;
                for (number, &(component, ..)) in scan.components.iter().enumerate() {
                    let (blocks, it) = (layout.components[component].blocks, &mut all[component]);
                    for y in 0..blocks.1 {
                        for x in 0..blocks.0 {
                            let block = (row * blocks.1 + y) * it.across + column * blocks.0 + x;
                            each(&mut self.bits, &mut self.carry, number, it, block)?;
                        }
                    }
                }
            }
            if self.bits.is_overrun() {
                return None;
            }
        }
        Some(self.bits)
    }
}
