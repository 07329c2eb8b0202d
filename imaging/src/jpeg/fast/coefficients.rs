//! The coefficients of a progressive picture while they are collected.

use super::idct::{LANES, group};
use super::layout::McuLayout;

/// The coefficients of a component.
pub(super) struct Coefficients {
    /// Blocks across, in whole MCUs and groups.
    pub(super) across: usize,
    /// Values, in groups of as many blocks as there are lanes.
    pub(super) values: Vec<i16>,
    /// For each block a bit for each coefficient after the first that is not zero, in the order of
    /// storage.
    pub(super) masks: Vec<u64>,
    /// The largest size of a DC coefficient.
    pub(super) most: i32,
    /// Values of a group.
    pub(super) group: usize,
}

impl Coefficients {
    /// Returns the place of a block's first coefficient.
    #[inline(always)]
    pub(super) fn base(&self, block: usize) -> usize {
        block / LANES * self.group + block % LANES
    }
}

/// State that goes from a block to the next, until a restart.
#[derive(Default)]
pub(super) struct Carry {
    /// The last DC coefficient of each component.
    pub(super) last: [i32; 4],
    /// Blocks to come that have nothing more.
    pub(super) ended: u32,
}

/// Allocates the coefficients of all components, zero, of which the `N × N` lowest are kept; none
/// where they would take more than `memory` bytes.
pub(super) fn allocate<const N: usize>(
    layout: &McuLayout,
    memory: u64,
) -> Option<Vec<Coefficients>> {
    let group = group(N);
    let mut bytes = 0_u64;
    let mut sizes = Vec::with_capacity(layout.components.len());
    for component in &layout.components {
        let (mcus_across, mcus_down) = layout.mcus;
        let (across_mcu, down_mcu) = component.blocks;
        let across = (mcus_across * across_mcu).next_multiple_of(LANES);
        let blocks = across * mcus_down * down_mcu;
        let values = blocks / LANES * group;
        bytes += (values * size_of::<i16>() + blocks * size_of::<u64>()) as u64;
        sizes.push((across, blocks, values));
    }
    if bytes > memory {
        return None;
    }
    let mut all = Vec::with_capacity(sizes.len());
    for ((across, blocks, values), component) in sizes.into_iter().zip(&layout.components) {
        all.push(Coefficients {
            across,
            values: vec![0; values],
            masks: vec![0; blocks],
            most: component.most,
            group,
        });
    }
    Some(all)
}
