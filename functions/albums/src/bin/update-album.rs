//! Lambda binary for `PATCH /v1/albums/{album}`: builds its clients once, then serves.

use albums::UpdateAlbum;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(UpdateAlbum { projector: Projector::connect(&env)? }))
}
