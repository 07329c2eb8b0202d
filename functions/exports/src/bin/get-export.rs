//! Lambda binary for `GET /v1/me/exports/{export}`: builds its clients once, then serves.

use exports::GetExport;
use shared::{
    error::Cause,
    runtime,
    stores::{ExportFiles, Exports},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetExport { exports: Exports::connect(&env)?, files: ExportFiles::connect(&env)? })
    })
}
