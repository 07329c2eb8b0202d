//! Lambda binary for `POST /v1/shared/{token}/unlock`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Hot};
use sharing::UnlockShare;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(UnlockShare { hot: Hot::connect(&env)? }))
}
