//! Lambda binary for `GET /v1/sessions`: builds its clients once, then serves.

use accounts::ListSessions;
use shared::{error::Cause, runtime, stores::Sessions};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListSessions { sessions: Sessions::connect(&env)? }))
}
