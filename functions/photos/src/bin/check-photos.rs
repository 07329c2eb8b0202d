//! Lambda binary for `POST /v1/photos/check`: builds its clients once, then serves.

use photos::CheckPhotos;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(CheckPhotos { library: Library::connect(&env)? }))
}
