//! Lambda binary for `GET /v1/shared/{token}/photos`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Media, Projector},
};
use sharing::ListSharedPhotos;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListSharedPhotos { projector: Projector::connect(&env)?, media: Media::connect(&env)? })
    })
}
