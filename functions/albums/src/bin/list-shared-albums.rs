//! Lambda binary for `GET /v1/albums/shared-with-me`: builds its clients once, then serves.

use albums::ListSharedAlbums;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListSharedAlbums {
            projector: Projector::connect(&env)?,
            media: MediaSigner::connect(&env)?,
        })
    })
}
