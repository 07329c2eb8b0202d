//! Lambda binary for the schedule of accounts that end: builds its clients once, then ticks.

use lifecycle::{DeleteAccounts, Purge};
use shared::{
    error::Cause,
    http::Signer,
    runtime,
    stores::{
        Accounts, Activities, AlbumViews, Emails, ExportFiles, Exports, Identities, Invited,
        KnownNetworks, Originals, Projector, RateLimits, Renditions, SentMails, Sessions,
        Warehouse,
    },
};

fn main() -> Result<(), Cause> {
    runtime::tick(async |env| {
        let projector = Projector::connect(&env)?;
        let originals = Originals::connect(&env)?;
        Ok(DeleteAccounts {
            accounts: Accounts::connect(&env)?,
            sessions: Sessions::connect(&env)?,
            emails: Emails::connect(&env)?,
            limits: RateLimits::connect(&env)?,
            identities: Identities::connect(&env)?,
            networks: KnownNetworks::connect(&env)?,
            mails: SentMails::connect(&env)?,
            invited: Invited::connect(&env)?,
            signer: Signer::connect(&env)?,
            exports: Exports::connect(&env)?,
            files: ExportFiles::connect(&env)?,
            views: AlbumViews::connect(&env)?,
            activities: Activities::connect(&env)?,
            warehouse: Warehouse::connect_if_any(&env)?,
            purge: Purge { projector, originals, renditions: Renditions::connect(&env)? },
        })
    })
}
