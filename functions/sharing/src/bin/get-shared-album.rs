//! Lambda binary for `GET /v1/shared/{token}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Media, Projector, Views},
};
use sharing::GetSharedAlbum;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (projector, media) = (Projector::connect(&env)?, Media::connect(&env)?);
        Ok(GetSharedAlbum { projector, media, views: Views::connect(&env)? })
    })
}
