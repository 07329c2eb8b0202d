//! Lambda binary for `GET /s/{token}`: builds its clients once, then serves.

use shared::{
    error::Cause,
    runtime,
    stores::{Hot, Renditions},
};
use sharing::GetSharePage;

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        Ok(GetSharePage { hot: Hot::connect(&env)?, renditions: Renditions::connect(&env)? })
    })
}
