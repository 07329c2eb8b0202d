//! Lambda binary for the schedule that holds objects against rows: builds its clients once, then
//! ticks.

use lifecycle::SweepObjects;
use shared::{
    error::Cause,
    runtime,
    stores::{Arrivals, Cursors, Originals, Projector, Renditions},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        Ok(SweepObjects {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            renditions: Renditions::connect(&env)?,
            arrivals: Arrivals::connect(&env)?,
            cursors: Cursors::connect(&env)?,
        })
    })
}
