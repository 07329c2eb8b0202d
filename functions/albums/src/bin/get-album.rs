//! Lambda binary for `GET /v1/albums/{album}`: builds its clients once, then serves.

use albums::GetAlbum;
use shared::{
    error::Cause,
    runtime,
    stores::{AlbumViews, MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetAlbum {
            projector: Projector::connect(&env)?,
            media: MediaSigner::connect(&env)?,
            views: AlbumViews::connect(&env)?,
        })
    })
}
