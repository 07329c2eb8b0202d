//! Lambda binary for `GET /v1/shared/{token}/photos/{photo}/original`: builds its clients once,
//! then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector},
};
use sharing::GetSharedOriginal;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetSharedOriginal {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
        })
    })
}
