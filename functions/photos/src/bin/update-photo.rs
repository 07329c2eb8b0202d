//! Lambda binary for `PATCH /v1/photos/{photo}`: builds its clients once, then serves.

use photos::UpdatePhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{MediaSigner, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(UpdatePhoto { projector: Projector::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
