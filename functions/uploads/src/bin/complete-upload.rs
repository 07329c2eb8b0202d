//! Lambda binary for `POST /v1/uploads/{upload}/complete`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Originals, Projector},
};
use uploads::CompleteUpload;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CompleteUpload {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
