//! Lambda binary for `GET /v1/shared/{token}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Media, Projector},
};
use sharing::GetSharedAlbum;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetSharedAlbum { projector: Projector::connect(&env)?, media: Media::connect(&env)? })
    })
}
