//! Where blocks and coefficients are.

use super::idct::LANES;
use super::markers::{self, State, ZIGZAG};

/// The components of a frame.
pub(super) struct Layout {
    /// Across and down.
    pub(super) mcus: (usize, usize),
    pub(super) components: Vec<Component>,
    /// Blocks of an MCU, or groups of blocks of eight MCUs.
    pub(super) groups: usize,
}

pub(super) struct Component {
    /// Blocks of an MCU across and down.
    pub(super) blocks: (usize, usize),
    /// Blocks of the picture across and down, which may be fewer than those of all MCUs.
    pub(super) size: (usize, usize),
    /// By row and column.
    pub(super) quantization: [u16; 64],
    /// What a DC coefficient may be at most. One that is dequantised has eight times the mean of
    /// the samples, which is -128 to 127; this leaves ample space for what encoders round.
    pub(super) most: i32,
}

impl Layout {
    pub(super) fn new(state: &State) -> Option<Self> {
        let frame = state.frame.as_ref()?;
        let is_grey = frame.components.len() == 1;
        let most =
            |blocks: fn(&markers::Component) -> usize| frame.components.iter().map(blocks).max();
        let largest =
            (most(|component| component.blocks.0)?, most(|component| component.blocks.1)?);
        let (across, down) = if is_grey { (1, 1) } else { largest };
        let (width, height) = (frame.width as usize, frame.height as usize);
        let mut components = Vec::with_capacity(frame.components.len());
        for component in &frame.components {
            let blocks = if is_grey { (1, 1) } else { component.blocks };
            let size = (
                (width * blocks.0).div_ceil(across).div_ceil(8),
                (height * blocks.1).div_ceil(down).div_ceil(8),
            );
            let quantization = *state.quantization.get(component.table)?.as_ref()?;
            let most = 2048 / i32::from(quantization[0]).max(1) + 1;
            components.push(Component { blocks, size, quantization, most });
        }
        let mcus = (width.div_ceil(8 * across), height.div_ceil(8 * down));
        let groups = components
            .iter()
            .map(|component| component.blocks.0 * component.blocks.1)
            .sum();
        Some(Self { mcus, components, groups })
    }
}

/// The coefficients that are needed at a scale.
pub(super) struct Keep {
    /// By place in the order of storage: where it goes in a group of eight blocks.
    pub(super) slots: [u16; 256],
    /// The last place that is needed.
    pub(super) last: u32,
    /// A bit for each place that is needed.
    pub(super) places: u64,
}

impl Keep {
    pub(super) fn new<const N: usize>() -> Self {
        let (mut slots, mut last, mut places) = ([(N * N * LANES) as u16; 256], 0, 0);
        for (place, natural) in ZIGZAG.into_iter().enumerate() {
            let (row, column) = (usize::from(natural / 8), usize::from(natural % 8));
            if row < N && column < N {
                slots[place] = ((row * N + column) * LANES) as u16;
                last = place as u32;
                places |= 1 << place;
            }
        }
        Self { slots, last, places }
    }
}
