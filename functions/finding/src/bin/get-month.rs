//! Lambda binary for `GET /v1/timeline/{month}`: builds its clients once, then serves.

use finding::GetMonth;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetMonth { library: Library::connect(&env)?, media: MediaSigner::connect(&env)? })
    })
}
