//! Lambda binary for `DELETE /v1/albums/{album}/photos/{photo}`: builds its clients once, then
//! serves.

use photos::RemovePhotoFromAlbum;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(RemovePhotoFromAlbum { projector: Projector::connect(&env)? }))
}
