//! Lambda binary for `DELETE /v1/invitations/{invitation}`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use sharing::DeleteInvitation;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteInvitation { projector: Projector::connect(&env)? }))
}
