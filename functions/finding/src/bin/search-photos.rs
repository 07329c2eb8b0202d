//! Lambda binary for `GET /v1/search`: builds its clients once, then serves.

use finding::SearchPhotos;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(SearchPhotos { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
