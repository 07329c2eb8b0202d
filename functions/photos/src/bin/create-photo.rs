//! Lambda binary for `POST /v1/albums/{album}/photos`: builds its clients once, then serves.

use photos::CreatePhoto;
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let (projector, originals) = (Projector::connect(&env)?, Originals::connect(&env)?);
        Ok(CreatePhoto { projector, originals, quota: env.quota()? })
    })
}
