//! Lambda binary that reports errors: builds its client once, then takes lines of the log.

use service::ReportErrors;
use shared::{error::Cause, runtime};

fn main() -> Result<(), Cause> {
    runtime::answer(async |env| ReportErrors::connect(&env))
}
