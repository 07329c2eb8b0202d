//! Lambda binary for the schedule that plans what is archived: builds its clients once, then
//! answers.

use archive::PlanArchive;
use shared::{
    error::Cause,
    runtime,
    stores::{Activities, ArchiveQueue, activities::ArchiveTarget},
};

fn main() -> Result<(), Cause> {
    runtime::answer(async |env| {
        Ok(PlanArchive {
            activities: Activities::connect(&env)?,
            archive_queue: ArchiveQueue::connect(&env)?,
            target: ArchiveTarget::of_word(&env.get("ARCHIVE_TO")?),
            window: env.number("ARCHIVE_WINDOW_MONTHS")?,
        })
    })
}
