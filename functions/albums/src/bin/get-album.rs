//! Lambda binary for `GET /v1/albums/{album}`: builds its clients once, then serves.

use albums::GetAlbum;
use shared::{
    error::Cause,
    runtime,
    stores::{Media, Projector, Views},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetAlbum {
            projector: Projector::connect(&env)?,
            media: Media::connect(&env)?,
            views: Views::connect(&env)?,
        })
    })
}
