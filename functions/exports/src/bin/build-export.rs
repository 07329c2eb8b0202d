//! Lambda binary for the export queue: builds its clients once, then works.

use exports::BuildExport;
use shared::{
    error::Cause,
    runtime,
    stores::{Accounts, ExportFiles, ExportQueue, Exports, Library, Originals, SentMails},
};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        Ok(BuildExport {
            exports: Exports::connect(&env)?,
            accounts: Accounts::connect(&env)?,
            library: Library::connect(&env)?,
            mails: SentMails::connect(&env)?,
            originals: Originals::connect(&env)?,
            files: ExportFiles::connect(&env)?,
            export_queue: ExportQueue::connect(&env)?,
            limit: env.number("EXPORT_PART_BYTES")?,
        })
    })
}
