//! Lambda binary for `DELETE /v1/shares/{share}`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use sharing::DeleteShare;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteShare { projector: Projector::connect(&env)? }))
}
