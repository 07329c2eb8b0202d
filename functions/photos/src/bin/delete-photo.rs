//! Lambda binary for `DELETE /v1/photos/{photo}`: builds its clients once, then serves.

use photos::DeletePhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(DeletePhoto {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
        })
    })
}
