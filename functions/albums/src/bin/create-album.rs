//! Lambda binary for `POST /v1/albums`: builds its clients once, then serves.

use albums::CreateAlbum;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(CreateAlbum { projector: Projector::connect(&env)? }))
}
