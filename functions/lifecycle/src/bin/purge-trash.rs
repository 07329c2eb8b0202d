//! Lambda binary for the schedule of the trash: builds its clients once, then ticks.

use lifecycle::{Purge, PurgeTrash};
use shared::{
    error::Cause,
    runtime,
    stores::{Originals, Projector, Renditions},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        let projector = Projector::connect(&env)?;
        let originals = Originals::connect(&env)?;
        Ok(PurgeTrash {
            purge: Purge { projector, originals, renditions: Renditions::connect(&env)? },
        })
    })
}
