//! Lambda binary for `POST /v1/uploads/{upload}/parts`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Library, Originals},
};
use uploads::SignUploadParts;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(SignUploadParts {
            library: Library::connect(&env)?,
            originals: Originals::connect(&env)?,
        })
    })
}
