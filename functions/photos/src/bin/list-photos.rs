//! Lambda binary for `GET /v1/albums/{album}/photos`: builds its clients once, then serves.

use photos::ListPhotos;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListPhotos { projector: Projector::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
