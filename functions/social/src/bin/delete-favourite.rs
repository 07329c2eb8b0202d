//! Lambda binary for `DELETE /v1/photos/{photo}/favourite`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::DeleteFavourite;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteFavourite { projector: Projector::connect(&env)? }))
}
