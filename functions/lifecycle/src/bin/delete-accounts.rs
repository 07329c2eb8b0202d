//! Lambda binary for the schedule of accounts that end: builds its clients once, then ticks.

use lifecycle::{DeleteAccounts, Purge};
use shared::{
    error::Cause,
    runtime,
    stores::{
        Accounts, Activities, Emails, ExportFiles, Exports, Limits, Networks, Originals, Projector,
        Renditions, Sessions, Views, Warehouse,
    },
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        let (projector, originals) = (Projector::connect(&env)?, Originals::connect(&env)?);
        Ok(DeleteAccounts {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            emails: Emails::connect(&env)?,
            limits: Limits::connect(&env)?,
            networks: Networks::connect(&env)?,
            exports: Exports::connect(&env)?,
            files: ExportFiles::connect(&env)?,
            views: Views::connect(&env)?,
            activities: Activities::connect(&env)?,
            warehouse: Warehouse::connect_if_any(&env)?,
            purge: Purge { projector, originals, renditions: Renditions::connect(&env)? },
        })
    })
}
