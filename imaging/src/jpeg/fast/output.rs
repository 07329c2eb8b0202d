//! The planes that are being decoded to.

use super::idct::{self, LANES, Tile, group};
use super::layout::Layout;
use crate::pixels::Pixels;

pub(super) struct Output<'a, const N: usize> {
    components: Vec<Component<'a, N>>,
    tile: Box<Tile<N>>,
}

struct Component<'a, const N: usize> {
    blocks: (usize, usize),
    weights: [[i16; N]; N],
    plane: &'a mut Pixels,
}

impl<'a, const N: usize> Output<'a, N> {
    pub(super) fn new(layout: &Layout, planes: &'a mut [Pixels]) -> Self {
        let components = layout
            .components
            .iter()
            .zip(planes)
            .map(|(component, plane)| Component {
                blocks: component.blocks,
                weights: idct::weights(&component.quantization),
                plane,
            })
            .collect();
        Self { components, tile: Box::new([[[0; N]; LANES]; N]) }
    }

    /// Writes the blocks of eight MCUs in this row, from this column on.
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

    /// Writes eight blocks of a component, from this one on.
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

impl<const N: usize> Component<'_, N> {
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
        for (to, from) in rows.zip(tile.iter()) {
            let from = from.as_flattened();
            let to = &mut to[left..];
            match to.split_at_mut_checked(N * LANES) {
                Some((to, _)) => to.copy_from_slice(from),
                None => to.copy_from_slice(&from[..to.len()]),
            }
        }
    }
}
