//! Lambda binary for `GET /v1/search`: builds its clients once, then serves.

use finding::SearchPhotos;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, Media},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(SearchPhotos { library: Library::connect(&env)?, media: Media::connect(&env)? })
    })
}
