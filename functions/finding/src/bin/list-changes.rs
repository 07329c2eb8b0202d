//! Lambda binary for `GET /v1/changes`: builds its clients once, then serves.

use finding::ListChanges;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(ListChanges { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
