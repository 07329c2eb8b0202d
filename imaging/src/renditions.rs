//! Renditions of every size, each made from the next larger one.

use crate::Error;
use crate::picture::Picture;
use crate::{placeholder, resize};
use std::panic;
use std::sync::Arc;
use std::thread;

/// The size of the whole photograph, upright, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UprightSize {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Shrinks to the sizes that are asked for, from the largest to the smallest.
struct Shrinker {
    /// The picture to shrink next.
    source: Arc<Picture>,
    photo: UprightSize,
    /// True if every size is made of the first source.
    ///
    /// Each size is otherwise made from the one before, which has fewer pixels to shrink and does
    /// the quality no harm, unless the decoded picture is hardly larger than the largest rendition.
    /// Shrinking by so little blurs, and if all were made of the result they would score up to a
    /// point of SSIMULACRA2 less.
    keeps_source: bool,
}

impl Shrinker {
    fn new(source: Picture, photo: UprightSize, largest: u32) -> Self {
        let (source_width, _) = source.size();
        let (largest_width, _) = resize::fit(photo.width, photo.height, largest);
        // By less than a fifth.
        let keeps_source = source_width * 5 < largest_width * 6;
        Self { source: Arc::new(source), photo, keeps_source }
    }

    fn shrink_to(&mut self, long_edge: u32) -> Arc<Picture> {
        let (width, height) = resize::fit(self.photo.width, self.photo.height, long_edge);
        let made = if self.source.has_size(width, height) {
            Arc::clone(&self.source)
        } else {
            Arc::new(self.source.shrink(width, height))
        };
        if !self.keeps_source {
            self.source = Arc::clone(&made);
        }
        made
    }
}

/// Encodes a rendition of each long edge (ascending, in pixels), from the largest down; while this
/// thread makes the next one, up to `threads - 1` others encode. Returns the smallest picture.
///
/// # Errors
/// The first error of `encode`.
pub(crate) fn encode_all(
    source: Picture,
    photo: UprightSize,
    long_edges: &[u32],
    threads: usize,
    encode: &(dyn Fn(&Picture, u32) -> Result<(), Error> + Sync),
) -> Result<Arc<Picture>, Error> {
    let largest = long_edges.last().copied().unwrap_or(placeholder::LONG_EDGE);
    let mut shrinker = Shrinker::new(source, photo, largest);
    let Some((&smallest_edge, larger_edges)) = long_edges.split_first() else {
        return Ok(shrinker.shrink_to(placeholder::LONG_EDGE));
    };
    thread::scope(|scope| {
        let mut encoders = Vec::new();
        for &long_edge in larger_edges.iter().rev() {
            let picture = shrinker.shrink_to(long_edge);
            if encoders.len() + 1 < threads {
                encoders.push(scope.spawn(move || encode(&picture, long_edge)));
            } else {
                encode(&picture, long_edge)?;
            }
        }
        let smallest = shrinker.shrink_to(smallest_edge);
        encode(&smallest, smallest_edge)?;
        for encoder in encoders {
            match encoder.join() {
                Ok(encoded) => encoded?,
                Err(panic) => panic::resume_unwind(panic),
            }
        }
        Ok(smallest)
    })
}
