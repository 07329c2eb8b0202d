//! Lambda binary for `GET /v1/photos/{photo}/favourite`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Library};
use social::GetFavourite;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(GetFavourite { library: Library::connect(&env)? }))
}
