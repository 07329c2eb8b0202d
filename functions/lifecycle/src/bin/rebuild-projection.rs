//! Lambda binary that builds the hot table anew: builds its clients once, then answers.

use lifecycle::RebuildProjection;
use shared::{
    error::Cause,
    runtime,
    stores::{Hot, Library, Projector},
};

fn main() -> Result<(), Cause> {
    runtime::answer(async |env| {
        let library = Library::connect(&env)?;
        let hot = Hot::connect(&env)?.anew();
        Ok(RebuildProjection { projector: Projector { library, hot, activities: None } })
    })
}
