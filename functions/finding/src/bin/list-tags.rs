//! Lambda binary for `GET /v1/tags`: builds its clients once, then serves.

use finding::ListTags;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListTags { library: Library::connect(&env)? }))
}
