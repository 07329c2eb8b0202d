//! Lambda binary for `PUT /v1/photos/{photo}/tags/{tag}`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::PutTag;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(PutTag { projector: Projector::connect(&env)? }))
}
