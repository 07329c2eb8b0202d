//! Lambda binary for the upload queue: builds its clients once, then works.

use media::MakeRenditions;
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector, Renditions},
};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        Ok(MakeRenditions {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            renditions: Renditions::connect(&env)?,
        })
    })
}
