//! Progressive coding (T.81, annex G): coefficients are collected from several scans.
//!
//! Of the coefficients that the scale does not need, only whether they are zero is kept, a bit for
//! each: scans that refine have bits for those that are not.

use super::bits::EntropyBits;
use super::coefficients::{Carry, Coefficients, allocate};
use super::first::Send;
use super::huffman::{Band, Dc};
use super::idct::LANES;
use super::layout::{Keep, McuLayout};
use super::markers::{self, DecoderState, NextSegment, Scan, ScanComponent};
use super::output::PlaneOutput;
use super::plan::{self, plan};
use super::refine::Refine;
use super::sequential::{Restarts, restart};
use crate::jpeg::job::DecodeJob;

/// Decodes all scans, and writes the picture; none where anything is unusual.
pub(super) fn decode<const N: usize>(
    bytes: &[u8],
    layout: &McuLayout,
    job: &DecodeJob,
    output: &mut PlaneOutput<'_, N>,
) -> Option<()> {
    let keep = Keep::new::<N>();
    let (scans, Some(NextSegment::End)) = plan::scans(bytes, job.scans)? else { return None };
    let matters = plan(&scans, layout.components.len(), &keep)?;
    let mut all = allocate::<N>(layout, job.memory)?;
    let mut state = DecoderState::default();
    let mut at = markers::start(bytes)?;
    for matters in matters {
        let NextSegment::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
        at = if matters {
            decode_scan(bytes, data, &state, &scan, layout, &keep, &mut all)?.end()?
        } else {
            plan::skip(bytes, data)?
        };
    }
    let NextSegment::End = state.read(bytes, &mut at)? else { return None };
    write(&all, &keep, output);
    Some(())
}

/// Transforms the coefficients of all components.
fn write<const N: usize>(all: &[Coefficients], keep: &Keep, output: &mut PlaneOutput<'_, N>) {
    for (component, coefficients) in all.iter().enumerate() {
        let groups = coefficients.values.chunks_exact(coefficients.group);
        let (masks, _) = coefficients.masks.as_chunks::<LANES>();
        for (index, (group, masks)) in groups.zip(masks).enumerate() {
            let has_more = masks.iter().any(|mask| mask & keep.places != 0);
            let block = index * LANES;
            let column = block % coefficients.across;
            let row = block / coefficients.across;
            output.write_group(component, group, has_more, column, row);
        }
    }
}

/// Returns the offset at which the last scan's data ends, if the scans together send all of all
/// coefficients, and each is there to its last bit. What follows the last one may be anything.
pub(super) fn end(bytes: &[u8], layout: &McuLayout, job: &DecodeJob) -> Option<usize> {
    let keep = Keep::new::<1>();
    let (scans, _) = plan::scans(bytes, job.scans)?;
    plan(&scans, layout.components.len(), &keep)?;
    let mut all = allocate::<1>(layout, job.memory)?;
    let mut state = DecoderState::default();
    let mut at = markers::start(bytes)?;
    for number in 1..=scans.len() {
        let NextSegment::Scan(scan, data) = state.read(bytes, &mut at)? else { return None };
        let bits = decode_scan(bytes, data, &state, &scan, layout, &keep, &mut all)?;
        at = if number < scans.len() { bits.end()? } else { bits.end_before_anything()? };
    }
    Some(at)
}

/// Decodes a scan, and returns the bits that are left.
fn decode_scan<'a>(
    bytes: &'a [u8],
    at: usize,
    state: &DecoderState,
    scan: &Scan,
    layout: &McuLayout,
    keep: &Keep,
    all: &mut [Coefficients],
) -> Option<EntropyBits<'a>> {
    let walk = Walk {
        bytes,
        bits: EntropyBits::new(bytes, at),
        restarts: Restarts::new(state.restart),
        carry: Carry::default(),
    };
    let low = scan.low;
    if scan.band.0 == 0 {
        if scan.high > 0 {
            return walk.all(scan, layout, all, |bits, _, _, coefficients, block| {
                let base = coefficients.base(block);
                bits.fill_half();
                coefficients.values[base] |= (bits.take(1) << low) as i16;
                Some(())
            });
        }
        let codes = dc_codes(state, scan)?;
        return walk.all(scan, layout, all, |bits, carry, number, coefficients, block| {
            bits.fill_half();
            carry.last[number] += codes[number].difference(bits)?;
            let value = carry.last[number].checked_mul(1 << low)?;
            let base = coefficients.base(block);
            coefficients.values[base] = value as i16;
            if value.abs() > coefficients.most { None } else { Some(()) }
        });
    }
    let &[ScanComponent { place, ac, .. }] = &scan.components[..] else { return None };
    let code = state.ac.get(ac)?.as_ref()?;
    let size = layout.components[place].size;
    let coefficients = &mut all[place];
    if scan.high > 0 {
        let refine = Refine { code: Band::refining(code)?, band: plan::band(scan.band), low, keep };
        return walk.one(size, coefficients, |bits, carry, coefficients, block| {
            refine.block(bits, carry, coefficients, block)
        });
    }
    let band = (scan.band.0 as u32, scan.band.1 as u32);
    let send = Send { code: Band::first(code)?, band, low, keep };
    walk.one(size, coefficients, |bits, carry, coefficients, block| {
        send.block(bits, carry, coefficients, block)
    })
}

fn dc_codes(state: &DecoderState, scan: &Scan) -> Option<Vec<Dc>> {
    let mut codes = Vec::with_capacity(scan.components.len());
    for component in &scan.components {
        codes.push(Dc::new(state.dc.get(component.dc)?.as_ref()?)?);
    }
    Some(codes)
}

/// None where the data makes no sense.
type Done = Option<()>;

/// Goes from block to block.
struct Walk<'a> {
    bytes: &'a [u8],
    bits: EntropyBits<'a>,
    restarts: Restarts,
    carry: Carry,
}

impl<'a> Walk<'a> {
    /// Passes over a restart marker, if one is due. To be called before each MCU.
    #[inline(always)]
    fn next(&mut self) -> Option<()> {
        if let Some(number) = self.restarts.next() {
            self.bits = restart(self.bytes, self.bits, number)?;
            self.carry = Carry::default();
        }
        Some(())
    }

    /// Goes over the blocks of one component, which are those that the picture has.
    #[inline(always)]
    fn one(
        mut self,
        (across, down): (usize, usize),
        coefficients: &mut Coefficients,
        mut each: impl FnMut(&mut EntropyBits<'a>, &mut Carry, &mut Coefficients, usize) -> Done,
    ) -> Option<EntropyBits<'a>> {
        for row in 0..down {
            for column in 0..across {
                self.next()?;
                let block = row * coefficients.across + column;
                each(&mut self.bits, &mut self.carry, coefficients, block)?;
            }
            if self.bits.is_overrun() {
                return None;
            }
        }
        Some(self.bits)
    }

    /// Goes over the blocks of a scan that may have several components, which are then those of
    /// whole MCUs.
    #[inline(always)]
    fn all(
        mut self,
        scan: &Scan,
        layout: &McuLayout,
        all: &mut [Coefficients],
        mut each: impl FnMut(
            &mut EntropyBits<'a>,
            &mut Carry,
            usize,
            &mut Coefficients,
            usize,
        ) -> Option<()>,
    ) -> Option<EntropyBits<'a>> {
        if let [component] = &scan.components[..] {
            let size = layout.components[component.place].size;
            let coefficients = &mut all[component.place];
            return self.one(size, coefficients, |bits, carry, coefficients, block| {
                each(bits, carry, 0, coefficients, block)
            });
        }
        for row in 0..layout.mcus.1 {
            for column in 0..layout.mcus.0 {
                self.next()?;
                for (number, component) in scan.components.iter().enumerate() {
                    let (across, down) = layout.components[component.place].blocks;
                    let coefficients = &mut all[component.place];
                    for y in 0..down {
                        for x in 0..across {
                            let block_row = row * down + y;
                            let block = block_row * coefficients.across + column * across + x;
                            each(&mut self.bits, &mut self.carry, number, coefficients, block)?;
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
