//! Lambda binary for `GET /v1/shared/{token}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{AlbumViews, MediaSigner, Projector},
};
use sharing::GetSharedAlbum;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (projector, media) = (Projector::connect(&env)?, MediaSigner::connect(&env)?);
        Ok(GetSharedAlbum { projector, media, views: AlbumViews::connect(&env)? })
    })
}
