//! Lambda binary for `POST /v1/photos/{photo}/restore`: builds its clients once, then serves.

use photos::RestorePhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(RestorePhoto {
            projector: Projector::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
