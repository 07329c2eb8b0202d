//! Lambda binary for `GET /v1/photos/{photo}/original`: builds its clients once, then serves.

use photos::GetOriginal;
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetOriginal {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
        })
    })
}
