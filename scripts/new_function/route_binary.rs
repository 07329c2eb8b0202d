//! Lambda binary for `$method $path`: builds its clients once, then serves.

use $crate::$Name;
use shared::{error::Cause, runtime, stores::Library};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok($Name { library: Library::connect(&env)? }))
}
