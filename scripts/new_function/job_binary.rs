//! Lambda binary for the schedule of `$Name`: builds its clients once, then ticks.

use $crate::$Name;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| Ok($Name { library: Library::connect(&env)? }))
}
