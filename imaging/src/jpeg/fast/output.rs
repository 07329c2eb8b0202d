//! The planes to which blocks are written.

use super::idct::{self, LANES, Tile, group};
use super::layout::McuLayout;
use crate::pixels::Pixels;

/// The planes of a picture, at a scale of `N` eighths.
pub(super) struct PlaneOutput<'a, const N: usize> {
    components: Vec<ComponentOutput<'a, N>>,
    tile: Box<Tile<N>>,
}

struct ComponentOutput<'a, const N: usize> {
    /// Blocks of an MCU across and down.
    blocks: (usize, usize),
    weights: [[i16; N]; N],
    plane: &'a mut Pixels,
}

impl<'a, const N: usize> PlaneOutput<'a, N> {
    pub(super) fn new(layout: &McuLayout, planes: &'a mut [Pixels]) -> Self {
        let mut components = Vec::with_capacity(layout.components.len());
        for (component, plane) in layout.components.iter().zip(planes) {
            components.push(ComponentOutput {
                blocks: component.blocks,
                weights: idct::weights(&component.quantization),
                plane,
            });
        }
        Self { components, tile: Box::new([[[0; N]; LANES]; N]) }
    }

    /// Writes the blocks of as many MCUs as there are lanes in this row, from this column on.
    pub(super) fn write(&mut self, batch: &[i16], has_more: &[bool], row: usize, column: usize) {
        let mut groups = batch.chunks_exact(group(N)).zip(has_more);
        for component in &mut self.components {
            let (across, down) = component.blocks;
            for y in 0..down {
                for x in 0..across {
                    let Some((group, has_more)) = groups.next() else { return };
                    component.write(
                        group,
                        *has_more,
                        column * across + x * LANES,
                        row * down + y,
                        &mut self.tile,
                    );
                }
            }
        }
    }

    /// Writes a group of blocks of a component, from this one on.
    pub(super) fn write_group(
        &mut self,
        component: usize,
        group: &[i16],
        has_more: bool,
        column: usize,
        row: usize,
    ) {
        self.components[component].write(group, has_more, column, row, &mut self.tile);
    }
}

impl<const N: usize> ComponentOutput<'_, N> {
    fn write(
        &mut self,
        group: &[i16],
        has_more: bool,
        column: usize,
        row: usize,
        tile: &mut Tile<N>,
    ) {
        if has_more && N > 1 {
            idct::transform(group, &self.weights, tile);
        } else {
            idct::flat(group, &self.weights, tile);
        }
        let width = self.plane.width as usize;
        let left = column * N;
        if left >= width {
            return;
        }
        let rows = self.plane.data.chunks_exact_mut(width).skip(row * N);
        for (row, samples) in rows.zip(tile.iter()) {
            let samples = samples.as_flattened();
            let place = &mut row[left..];
            match place.split_at_mut_checked(N * LANES) {
                Some((whole, _)) => whole.copy_from_slice(samples),
                None => place.copy_from_slice(&samples[..place.len()]),
            }
        }
    }
}
