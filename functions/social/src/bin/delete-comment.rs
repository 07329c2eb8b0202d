//! Lambda binary for `DELETE /v1/comments/{comment}`: builds its clients once, then serves.

use shared::{error::Cause, runtime, stores::Projector};
use social::DeleteComment;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| Ok(DeleteComment { projector: Projector::connect(&env)? }))
}
