//! Lambda binary for the schedule that holds objects against rows: builds its clients once, then
//! ticks.

use lifecycle::SweepObjects;
use shared::{
    error::Cause,
    runtime,
    stores::{JobCursors, Originals, Projector, Renditions, UploadQueue},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        Ok(SweepObjects {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            renditions: Renditions::connect(&env)?,
            upload_queue: UploadQueue::connect(&env)?,
            cursors: JobCursors::connect(&env)?,
        })
    })
}
