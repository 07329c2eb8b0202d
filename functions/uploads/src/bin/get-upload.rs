//! Lambda binary for `GET /v1/uploads/{upload}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Library, Originals},
};
use uploads::GetUpload;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetUpload { library: Library::connect(&env)?, originals: Originals::connect(&env)? })
    })
}
