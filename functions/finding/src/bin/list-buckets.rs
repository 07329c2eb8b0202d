//! Lambda binary for `GET /v1/timeline/buckets`: builds its clients once, then serves.

use finding::ListBuckets;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListBuckets { library: Library::connect(&env)? }))
}
