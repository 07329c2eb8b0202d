//! Lambda binary for `GET /v1/albums/{album}/invitations`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Library};
use sharing::ListInvitations;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListInvitations { library: Library::connect(&env)? }))
}
