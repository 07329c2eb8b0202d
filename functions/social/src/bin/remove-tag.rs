//! Lambda binary for `DELETE /v1/photos/{photo}/tags`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::RemoveTag;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(RemoveTag { projector: Projector::connect(&env)? }))
}
