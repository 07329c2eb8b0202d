//! Lambda binary for the relay's schedule: builds its clients once, then ticks.

use projection::RelayOutbox;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, Library, ProjectionQueue},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        let (library, accounts) = (Library::connect(&env)?, Accounts::connect(&env)?);
        Ok(RelayOutbox { library, accounts, projection_queue: ProjectionQueue::connect(&env)? })
    })
}
