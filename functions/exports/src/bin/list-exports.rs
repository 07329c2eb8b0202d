//! Lambda binary for `GET /v1/me/exports`: builds its clients once, then serves.

use exports::ListExports;
use shared::{error::Cause, runtime, stores::Exports};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(ListExports { exports: Exports::connect(&env)? }))
}
