//! The places of blocks and coefficients.

use super::idct::LANES;
use super::markers::{DecoderState, FrameComponent, ZIGZAG};

/// The components of a frame in minimum coded units (MCUs; T.81, A.2).
pub(super) struct McuLayout {
    /// MCUs across and down.
    pub(super) mcus: (usize, usize),
    pub(super) components: Vec<ComponentLayout>,
    /// Blocks of an MCU, or groups of blocks of as many MCUs as there are lanes.
    pub(super) groups: usize,
}

pub(super) struct ComponentLayout {
    /// Blocks of an MCU across and down.
    pub(super) blocks: (usize, usize),
    /// Blocks of the picture across and down, which may be fewer than those of all MCUs.
    pub(super) size: (usize, usize),
    /// Factors of dequantisation, by row and column.
    pub(super) quantization: [u16; 64],
    /// The largest size of a DC coefficient. One that is dequantised has eight times the mean of
    /// the samples, which is -128 to 127; this leaves ample space for what encoders round.
    pub(super) most: i32,
}

impl McuLayout {
    /// Lays out the frame; none where it is missing, or a table of dequantisation is.
    pub(super) fn new(state: &DecoderState) -> Option<Self> {
        let frame = state.frame.as_ref()?;
        let is_grey = frame.components.len() == 1;
        let (across, down) = if is_grey { (1, 1) } else { largest_sampling(&frame.components) };
        let width = frame.width as usize;
        let height = frame.height as usize;
        let mut components = Vec::with_capacity(frame.components.len());
        let mut groups = 0;
        for component in &frame.components {
            let blocks = if is_grey { (1, 1) } else { component.blocks };
            let blocks_across = (width * blocks.0).div_ceil(across).div_ceil(8);
            let blocks_down = (height * blocks.1).div_ceil(down).div_ceil(8);
            let quantization = *state.quantization.get(component.table)?.as_ref()?;
            let most = 2048 / i32::from(quantization[0]).max(1) + 1;
            groups += blocks.0 * blocks.1;
            components.push(ComponentLayout {
                blocks,
                size: (blocks_across, blocks_down),
                quantization,
                most,
            });
        }
        let mcus = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        Some(Self { mcus, components, groups })
    }
}

/// Returns the most blocks of an MCU that a component has across, and down.
fn largest_sampling(components: &[FrameComponent]) -> (usize, usize) {
    let mut largest = (1, 1);
    for component in components {
        largest.0 = largest.0.max(component.blocks.0);
        largest.1 = largest.1.max(component.blocks.1);
    }
    largest
}

/// The coefficients that are needed at a scale.
pub(super) struct Keep {
    /// By place in the order of storage, the offset in a group of blocks.
    pub(super) slots: [u16; 256],
    /// The last place that is needed.
    pub(super) last: u32,
    /// A bit for each place that is needed.
    pub(super) places: u64,
}

impl Keep {
    /// Returns the places of the `N × N` lowest coefficients.
    pub(super) fn new<const N: usize>() -> Self {
        let mut slots = [(N * N * LANES) as u16; 256];
        let mut last = 0;
        let mut places = 0;
        for (place, natural) in ZIGZAG.into_iter().enumerate() {
            let row = usize::from(natural / 8);
            let column = usize::from(natural % 8);
            if row < N && column < N {
                slots[place] = ((row * N + column) * LANES) as u16;
                last = place as u32;
                places |= 1 << place;
            }
        }
        Self { slots, last, places }
    }
}
