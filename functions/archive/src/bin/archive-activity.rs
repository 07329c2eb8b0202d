//! Lambda binary for the archive queue: builds its clients once, then works.

use archive::{ArchiveActivity, ArchiveLimits, CopyRole};
use shared::{
    error::Cause,
    runtime,
    stores::{Activities, ArchiveFiles, ArchiveQueue, Warehouse},
};

fn main() -> Result<(), Cause> {
    runtime::work(async |env| {
        let warehouse = Warehouse::connect_if_any(&env)?;
        let role = warehouse
            .is_some()
            .then(|| env.get("REDSHIFT_COPY_ROLE"))
            .transpose()?;
        Ok(ArchiveActivity {
            activities: Activities::connect(&env)?,
            files: ArchiveFiles::connect(&env)?,
            archive_queue: ArchiveQueue::connect(&env)?,
            warehouse: warehouse.zip(role.map(CopyRole)),
            limits: ArchiveLimits::default(),
            fault: None,
        })
    })
}
