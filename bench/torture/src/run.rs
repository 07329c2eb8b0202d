//! A run from its beginning to its report.

use std::{
    fs,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use chance::Random;
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
    power::Power,
    report::{Report, Settings},
    snapshot::Snapshot,
    stores::Stores,
};

/// Keeps the moments of power cuts apart from what people do by the same seed.
const POWER: u64 = 0xC0 << 56;

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
    let mut power = Power::new(&options.system);
    let ended = match &options.check {
        Some(journal) => Ended { journal: Journal::read(journal)?, ..Ended::default() },
        None => torture(options, &mut power).await?,
    };
    note("Reading every store");
    let stores = Stores::of(&RunningSystem::read(&options.system)?)?;
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
    power.end().await?;
    Ok(report)
}

/// Lets people live with faults, and the system settle without.
async fn torture(options: &Options, power: &mut Power) -> Result<Ended, Cause> {
    fs::create_dir_all(&options.out)
        .map_err(|error| failed(format!("{} cannot be made: {error}", options.out.display())))?;
    let system = RunningSystem::read(&options.system)?;
    let switch = FaultSwitch::new(&system.lambda, &options.only)?;
    switch.set(0.0).await?;
    let api = Arc::new(Api::new(&system.origin)?);
    note(&format!("{} people sign up", options.users));
    let mut people = People::sign_up(&api, options.users, options.seed).await?;
    note(&format!("{} minutes with faults, at a rate of {}", options.minutes, options.rate));
    switch.set(options.rate).await?;
    let time = Duration::from_secs_f64(options.minutes * 60.0);
    let cuts = cut_power(options, power, &api, &switch);
    let (lived, cut) = tokio::join!(people.live(Instant::now() + time, &switch), cuts);
    lived?;
    cut?;
    switch.set(0.0).await?;
    note("The faults have ended");
    people.finish().await;
    let limit = Duration::from_secs(options.settle_seconds);
    let system = RunningSystem::read(&options.system)?;
    let drained = drain(&Stores::of(&system)?, &system.lambda, limit).await?;
    let (journal, unfinished) = people.journal();
    journal.write(&options.out.join("journal.json"))?;
    let faults = switch.report().await?;
    let answers = api.counts();
    Ok(Ended { journal, faults, drained: Some(drained), unfinished, answers })
}

/// Cuts the power as often as was asked for, in as many parts of the time, at a moment of each that
/// the seed decides.
async fn cut_power(
    options: &Options,
    power: &mut Power,
    api: &Api,
    switch: &FaultSwitch,
) -> Result<(), Cause> {
    let begun = Instant::now();
    let part =
        Duration::from_secs_f64(options.minutes * 60.0) / u32::from(options.power_cuts).max(1);
    let mut random = Random::new(options.seed ^ POWER);
    for number in 0..u32::from(options.power_cuts) {
        let at = begun + part * number + part.mul_f64(random.unit());
        tokio::time::sleep_until(at.into()).await;
        switch.remember().await?;
        note("The power is cut");
        let restart = async {
            let system = power.cut().await?;
            switch.move_to(&system.lambda).await;
            switch.set(options.rate).await?;
            Ok::<_, Cause>(system.origin)
        };
        api.move_to(restart).await?;
        note("The system runs again");
    }
    Ok(())
}

fn write(folder: &Path, report: &Report) -> Result<(), Cause> {
    let path = folder.join("report.json");
    fs::write(&path, serde_json::to_string_pretty(report)? + "\n")
        .map_err(|error| failed(format!("{} cannot be written: {error}", path.display())))
}
