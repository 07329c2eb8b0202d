//! Lambda binary for `POST /v1/me/exports`: builds its clients once, then serves.

use exports::CreateExport;
use shared::{
    error::Cause,
    runtime,
    stores::{ExportQueue, Exports},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let exports = Exports::connect(&env)?;
        let export_queue = ExportQueue::connect(&env)?;
        Ok(CreateExport { exports, export_queue, most: env.number("EXPORTS_PER_DAY")? })
    })
}
