//! Lambda binary for the upload queue: builds its clients once, then works.

use media::MakeRenditions;
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector, Renditions},
};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        let (projector, originals) = (Projector::connect(&env)?, Originals::connect(&env)?);
        Ok(MakeRenditions { projector, originals, renditions: Renditions::connect(&env)? })
    })
}
