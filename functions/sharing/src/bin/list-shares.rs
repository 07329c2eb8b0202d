//! Lambda binary for `GET /v1/albums/{album}/shares`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Library};
use sharing::ListShares;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListShares { library: Library::connect(&env)? }))
}
