//! Lambda binary for `GET /v1/photos/{photo}`: builds its clients once, then serves.

use photos::GetPhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetPhoto { projector: Projector::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
