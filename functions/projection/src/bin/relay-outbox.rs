//! Lambda binary for the relay's schedule: builds its clients once, then ticks.

use projection::RelayOutbox;
use shared::{
    error::Cause,
    runtime,
    stores::{Library, Outgoing},
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| Ok(RelayOutbox { library: Library::connect(&env)?, queue: Outgoing::connect(&env)? }))
}
