//! Lambda binary for `DELETE /v1/albums/{album}`: builds its clients once, then serves.

use albums::DeleteAlbum;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteAlbum { projector: Projector::connect(&env)? }))
}
