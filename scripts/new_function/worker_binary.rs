//! Lambda binary for the queue `$Queue`: builds its clients once, then works.

use $crate::$Name;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| Ok($Name { library: Library::connect(&env)? }))
}
