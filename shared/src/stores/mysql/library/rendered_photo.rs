//! The facts and renditions that came of a photo's rendering, and how its row takes them.

use super::{owner_transaction::OwnerTransaction, photo_row::Photo};
use crate::domain::{Caption, FailureCode, Moment, Tag, view::RenditionView};

/// Values that a person has set stay. The zone is the date's: a file without a date has none to
/// say.
const READY: &str = "\
    UPDATE photos SET status = 'ready', error_code = NULL, width = ?, height = ?, \
                      taken_at = IF(taken_edited, taken_at, COALESCE(?, taken_at)), \
                      taken_offset = IF(taken_edited OR ?, taken_offset, ?), \
                      camera_make = ?, camera_model = ?, lens = ?, \
                      latitude = IF(place_edited, latitude, ?), \
                      longitude = IF(place_edited, longitude, ?), \
                      caption = IF(caption_edited OR caption <> '', caption, ?), \
                      placeholder = ?, renditions = ?, found_type = ? \
    WHERE id = ? AND attempt = ? AND status IN ('pending', 'processing')";

/// The outcome of a photo's rendering.
#[derive(Debug)]
pub enum RenderingOutcome {
    /// Its renditions are there.
    Ready(Box<RenderedPhoto>),
    /// No renditions can be made.
    Failed(FailureCode),
}

/// A photo's facts and renditions.
#[derive(Debug, Default)]
pub struct RenderedPhoto {
    /// The media type that its bytes have.
    pub media_type: &'static str,
    /// Width in pixels when upright.
    pub width: u32,
    /// Height in pixels when upright.
    pub height: u32,
    /// The moment at which it was taken.
    pub taken_at: Option<Moment>,
    /// Minutes east of UTC where it was taken.
    pub taken_offset: Option<i16>,
    /// The camera's maker.
    pub camera_make: Option<String>,
    /// The camera's model.
    pub camera_model: Option<String>,
    /// The lens.
    pub lens: Option<String>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
    /// The caption, by the file.
    pub caption: Option<Caption>,
    /// Its keywords, by the file.
    pub tags: Vec<Tag>,
    /// The ThumbHash.
    pub placeholder: Vec<u8>,
    /// The renditions, stored.
    pub renditions: Vec<RenditionView>,
}

impl RenderedPhoto {
    /// Returns the camera's maker and model as one name.
    pub(super) fn camera(&self) -> Option<String> {
        match (&self.camera_make, &self.camera_model) {
            (Some(make), Some(model)) => Some(format!("{make} {model}")),
            (Some(name), None) | (None, Some(name)) => Some(name.clone()),
            (None, None) => None,
        }
    }
}

/// Has the commit write what was found out about a photo that is neither ready nor failed.
pub(super) fn set_ready(
    transaction: &mut OwnerTransaction,
    photo: &Photo,
    rendered: &RenderedPhoto,
) -> sqlx::Result<()> {
    let renditions = serde_json::to_string(&rendered.renditions)
        .map_err(|error| sqlx::Error::Encode(error.into()))?;
    let caption = rendered.caption.as_ref().map_or("", Caption::as_str);
    transaction.defer(
        READY,
        &[
            &rendered.width,
            &rendered.height,
            &rendered.taken_at.map(Moment::utc),
            &rendered.taken_at.is_none(),
            &rendered.taken_offset,
            &rendered.camera_make,
            &rendered.camera_model,
            &rendered.lens,
            &rendered.place.map(|(latitude, _)| latitude),
            &rendered.place.map(|(_, longitude)| longitude),
            &caption,
            &rendered.placeholder,
            &renditions,
            &rendered.media_type,
            &photo.view.id.uuid(),
            &photo.attempt,
        ],
    );
    Ok(())
}
