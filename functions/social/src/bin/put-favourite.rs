//! Lambda binary for `PUT /v1/photos/{photo}/favourite`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::PutFavourite;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(PutFavourite { projector: Projector::connect(&env)? }))
}
