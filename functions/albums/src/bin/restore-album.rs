//! Lambda binary for `POST /v1/albums/{album}/restore`: builds its clients once, then serves.

use albums::RestoreAlbum;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(RestoreAlbum { projector: Projector::connect(&env)? }))
}
