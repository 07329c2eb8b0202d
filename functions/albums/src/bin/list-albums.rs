//! Lambda binary for `GET /v1/albums`: builds its clients once, then serves.

use albums::ListAlbums;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListAlbums { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
