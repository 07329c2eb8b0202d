//! Lambda binary for `GET /v1/trash`: builds its clients once, then serves.

use finding::ListTrash;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, Media},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListTrash { library: Library::connect(&env)?, media: Media::connect(&env)? })
    })
}
