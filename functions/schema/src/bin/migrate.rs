//! Lambda binary of the migrations: builds its clients once, then answers CloudFormation.

use schema::Migrate;
use shared::{error::Cause, runtime};

fn main() -> Result<(), Cause> {
    runtime::answer(async |env| Migrate::connect(&env))
}
