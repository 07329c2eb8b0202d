//! Lambda binary for `GET /v1/me/activity`: builds its clients once, then serves.

use activity::{ListActivity, Pages};
use shared::{
    error::Cause,
    runtime,
    stores::{Activities, Warehouse},
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let pages = Pages {
            activities: Activities::connect(&env)?,
            warehouse: Warehouse::connect_if_any(&env)?,
        };
        Ok(ListActivity { pages })
    })
}
