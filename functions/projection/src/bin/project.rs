//! Lambda binary for the projection queue: builds its clients once, then works.

use projection::Project;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| Ok(Project { projector: Projector::connect(&env)? }))
}
