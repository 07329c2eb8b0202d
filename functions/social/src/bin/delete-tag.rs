//! Lambda binary for `DELETE /v1/photos/{photo}/tags/{tag}`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::DeleteTag;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteTag { projector: Projector::connect(&env)? }))
}
