//! Lambda binary for `GET /v1/timeline/{month}`: builds its clients once, then serves.

use finding::GetMonth;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, MediaSigner, PageMemory},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let library = Library::connect(&env)?;
        let media = MediaSigner::connect(&env)?;
        Ok(GetMonth { library, media, pages: PageMemory::default() })
    })
}
