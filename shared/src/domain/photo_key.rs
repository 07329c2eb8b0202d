//! The order of photos.

use serde::{Deserialize, Serialize};

use super::{LocalTime, PhotoId};

/// The place of a photo among others: by the clock of the place where it was taken, then by its id.
/// Every list of photos has this order, and its cursors hold this.
///
/// Cursors of before held a moment of UTC, which is no [`LocalTime`]: they are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PhotoKey {
    /// The local time at which it was taken.
    pub taken: LocalTime,
    /// The photo.
    pub photo: PhotoId,
}
