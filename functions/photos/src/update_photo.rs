//! `PATCH /v1/photos/{photo}`: changes what is said about a photo.
//!
//! One transaction; run twice, it sets the same values. What has been set here stays when the file
//! says otherwise, also if its bytes arrive later.

use async_trait::async_trait;
use serde_json::json;
use shared::{
    Result,
    domain::{Caption, Coordinates, Patch, TimeOffset, ZonedMoment, example, view::PhotoWithMedia},
    http::{Call, Doc, Reply, Route, Spec, photos},
    request,
    stores::{
        MediaSigner, Projector,
        library::{PhotoEdit, WriteAccess},
    },
};

request! {
    /// Changes of a photo.
    struct Body {
        /// Its caption; may be empty.
        caption: Patch<Caption>,
        /// The moment at which it was taken, in the zone of the place: `2026-07-14T09:30:00+02:00`.
        /// With `Z` the zone of another date is unknown, and the time is what the clock there
        /// showed.
        taken_at: Patch<ZonedMoment>,
        /// Minutes east of UTC where it was taken, for another zone than that of `taken_at`; `null`
        /// when that is not known.
        taken_offset: Patch<Option<TimeOffset>>,
        /// The place where it was taken; `null` for nowhere.
        place: Patch<Option<Coordinates>>,
    }
}

/// The route and what it needs.
pub struct UpdatePhoto {
    /// The library and its projection.
    pub projector: Projector,
    /// Signs the query that opens images.
    pub media: MediaSigner,
}

#[async_trait]
impl Route for UpdatePhoto {
    fn spec() -> Spec {
        Spec::patch("/v1/photos/{photo}").if_match()
    }

    fn doc() -> Doc {
        Doc::new("Change a photo's caption, date or place")
            .about("For the owner and for editors. What is set here is not overwritten by what the file says.")
            .takes::<Body>(json!({"caption": "The ferry", "place": {"latitude": 45.99, "longitude": 9.26}}))
            .gives::<PhotoWithMedia>(200, example::with(example::photo(), &json!({"media": example::media()})))
            .fails(&["not-allowed", "in-trash"])
    }

    async fn handle(&self, call: &Call<'_>) -> Result<Reply> {
        let (id, caller) = (call.id("photo")?, call.caller().await?.user);
        let Body { caption, taken_at, taken_offset, place } = call.body()?;
        let edit = PhotoEdit {
            caption: caption.value().cloned(),
            taken_at: taken_at.value().copied(),
            taken_offset: taken_offset.value().copied(),
            place: place.value().copied(),
        };
        let writer = WriteAccess::editor(caller).having_seen(call.if_match()?);
        let changes = self
            .projector
            .library
            .edit_photo(id, &edit, &writer)
            .await?;
        self.projector.settle(&changes).await;
        photos::newest(&self.projector, &self.media, id, caller).await
    }
}
