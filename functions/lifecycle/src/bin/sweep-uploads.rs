//! Lambda binary for the schedule that looks after uploads: builds its clients once, then ticks.

use lifecycle::SweepUploads;
use shared::{
    error::Cause,
    runtime,
    stores::{ExportFiles, ExportQueue, Exports, Originals, Projector, UploadQueue},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        Ok(SweepUploads {
            projector: Projector::connect(&env)?,
            originals: Originals::connect(&env)?,
            upload_queue: UploadQueue::connect(&env)?,
            exports: Exports::connect(&env)?,
            files: ExportFiles::connect(&env)?,
            export_queue: ExportQueue::connect(&env)?,
        })
    })
}
