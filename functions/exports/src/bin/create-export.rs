//! Lambda binary for `POST /v1/me/exports`: builds its clients once, then serves.

use exports::CreateExport;
use shared::{
    error::Cause,
    runtime,
    stores::{Building, Exports},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(CreateExport { exports: Exports::connect(&env)?, building: Building::connect(&env)? })
    })
}
