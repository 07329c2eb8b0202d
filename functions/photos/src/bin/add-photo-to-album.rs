//! Lambda binary for `PUT /v1/albums/{album}/photos/{photo}`: builds its clients once, then serves.

use photos::AddPhotoToAlbum;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(AddPhotoToAlbum {
            projector: Projector::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
