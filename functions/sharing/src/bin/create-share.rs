//! Lambda binary for `POST /v1/albums/{album}/shares`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use sharing::CreateShare;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(CreateShare { projector: Projector::connect(&env)? }))
}
