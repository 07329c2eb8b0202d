//! Lambda binary for `DELETE /v1/trash`: builds its clients once, then serves.

use finding::EmptyTrash;
use shared::{error::Cause, runtime, stores::Projector};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(EmptyTrash { projector: Projector::connect(&env)? }))
}
