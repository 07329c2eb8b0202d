//! Lambda binary that has photos rendered anew: builds its clients once, then answers.

use lifecycle::RerenderPhotos;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, Originals, UploadQueue},
};

fn main() -> Result<(), Cause> {
    runtime::answer(async |env| {
        Ok(RerenderPhotos {
            library: Library::connect(&env)?,
            originals: Originals::connect(&env)?,
            queue: UploadQueue::connect(&env)?,
        })
    })
}
