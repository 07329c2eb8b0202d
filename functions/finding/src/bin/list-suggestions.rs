//! Lambda binary for `GET /v1/search/suggestions`: builds its clients once, then serves.

use finding::ListSuggestions;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListSuggestions { library: Library::connect(&env)? }))
}
