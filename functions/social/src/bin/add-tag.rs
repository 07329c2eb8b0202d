//! Lambda binary for `PUT /v1/photos/{photo}/tags`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::AddTag;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(AddTag { projector: Projector::connect(&env)? }))
}
