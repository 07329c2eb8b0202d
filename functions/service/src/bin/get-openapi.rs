//! Lambda binary for `GET /openapi.json`.

use service::GetOpenapi;
use shared::{error::Cause, runtime};

fn main() -> Result<(), Cause> {
    runtime::serve(async |_| Ok(GetOpenapi))
}
