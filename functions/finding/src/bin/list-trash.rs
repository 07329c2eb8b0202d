//! Lambda binary for `GET /v1/trash`: builds its clients once, then serves.

use finding::ListTrash;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListTrash { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
