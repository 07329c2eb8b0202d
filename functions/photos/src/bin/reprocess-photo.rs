//! Lambda binary for `POST /v1/photos/{photo}/reprocess`: builds its clients once, then serves.

use photos::ReprocessPhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Originals, Projector, UploadQueue},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ReprocessPhoto {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            upload_queue: UploadQueue::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
