//! Lambda binary for `GET /v1/map`: builds its clients once, then serves.

use finding::GetMap;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetMap { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
