//! A run from its beginning to its report.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use load::Cause;
use running_system::RunningSystem;

use crate::{
    api::Api,
    drain::{Drained, drain},
    failed,
    fault_switch::{FaultReport, FaultSwitch},
    invariants,
    journal::Journal,
    note,
    options::Options,
    people::People,
    report::{Report, Settings},
    snapshot::Snapshot,
    stores::Stores,
};

/// The things that a run leaves behind, beside the contents of the stores.
#[derive(Default)]
struct Ended {
    journal: Journal,
    faults: FaultReport,
    drained: Option<Drained>,
    unfinished: usize,
    answers: std::collections::BTreeMap<String, u64>,
}

/// Runs what the options ask for.
///
/// # Errors
/// A system that is not there, or a store that does not answer.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let stores = Stores::of(&system)?;
    let ended = match &options.check {
        Some(journal) => Ended { journal: Journal::read(journal)?, ..Ended::default() },
        None => torture(options, &system, &stores).await?,
    };
    note("Reading every store");
    let snapshot = Snapshot::take(&stores).await?;
    let invariants = invariants::check(&snapshot, &ended.journal);
    let report = Report {
        settings: Settings::of(options, &ended.faults),
        faults: ended.faults.counts,
        answers: ended.answers,
        acknowledged: ended.journal.acknowledged,
        in_doubt: ended.journal.in_doubt,
        unfinished: ended.unfinished,
        drained: ended.drained,
        photos: snapshot.photos_by_status(),
        invariants,
    };
    if options.check.is_none() {
        write(&options.out, &report)?;
    }
    Ok(report)
}

/// Lets people live with faults, and the system settle without.
async fn torture(
    options: &Options,
    system: &RunningSystem,
    stores: &Stores,
) -> Result<Ended, Cause> {
    fs::create_dir_all(&options.out)
        .map_err(|error| failed(format!("{} cannot be made: {error}", options.out.display())))?;
    let switch = FaultSwitch::new(&system.lambda)?;
    switch.set(0.0).await?;
    let api = Arc::new(Api::new(&system.origin)?);
    note(&format!("{} people sign up", options.users));
    let mut people = People::sign_up(&api, options.users, options.seed).await?;
    note(&format!("{} minutes with faults, at a rate of {}", options.minutes, options.rate));
    switch.set(options.rate).await?;
    let until = Instant::now() + Duration::from_secs_f64(options.minutes * 60.0);
    people.live(until, &switch).await?;
    switch.set(0.0).await?;
    note("The faults have ended");
    people.finish().await;
    let limit = Duration::from_secs(options.settle_seconds);
    let drained = drain(stores, &system.lambda, limit).await?;
    let (journal, unfinished) = people.journal();
    journal.write(&options.out.join("journal.json"))?;
    let faults = switch.report().await?;
    let answers = api.counts();
    Ok(Ended { journal, faults, drained: Some(drained), unfinished, answers })
}

fn write(folder: &Path, report: &Report) -> Result<(), Cause> {
    let path = folder.join("report.json");
    fs::write(&path, serde_json::to_string_pretty(report)? + "\n")
        .map_err(|error| failed(format!("{} cannot be written: {error}", path.display())))
}
