//! Lambda binary for `POST /v1/shared/{token}/photos`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector},
};
use sharing::CreateSharedPhoto;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateSharedPhoto {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            quota: env.quota()?,
        })
    })
}
