//! Lambda binary for `GET /v1/shared/{token}/photos`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};
use sharing::ListSharedPhotos;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListSharedPhotos {
            projector: Projector::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
