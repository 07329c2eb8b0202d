//! A system with a library, which is measured once or in search of its limit.

use std::{
    fs,
    path::Path,
    sync::{Arc, atomic::AtomicUsize},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use running_system::RunningSystem;

use crate::{
    Cause, api, assemble,
    burst::Burst,
    generator::{Generator, Run},
    limit::Search,
    metrics::MetricsReader,
    note,
    options::Options,
    pictures::Pictures,
    prepare::{Owners, Preparation},
    report::{Report, Settings, Step},
    slo::Slo,
    text,
    watch::LocalSystem,
};

/// The pause between two steps of a search.
const REST: Duration = Duration::from_secs(2);

/// A system with a library.
pub struct Session {
    generator: Generator,
    objectives: Vec<Slo>,
}

/// The system that is asked.
struct Target {
    http: reqwest::Client,
    origin: String,
    /// The local system, if it is one.
    system: Option<LocalSystem>,
    owners: Owners,
}

impl Target {
    fn of(options: &Options) -> Result<Self, Cause> {
        if let Some(file) = &options.system {
            return Self::of_local_system(file);
        }
        let (Some(origin), Some(key)) = (&options.origin, &options.key) else {
            return Err("no system is named".into());
        };
        let key = fs::read_to_string(key)
            .map_err(|error| format!("{} cannot be read: {error}", key.display()))?;
        let origin = origin.trim_end_matches('/').to_owned();
        let owners = Owners::Key(key.trim().to_owned());
        Ok(Self { http: api::connections(&origin)?, origin, system: None, owners })
    }

    fn of_local_system(file: &Path) -> Result<Self, Cause> {
        let running = RunningSystem::read(file)?;
        let http = api::connections(&running.origin)?;
        let metrics = MetricsReader::new(http.clone(), &running.lambda);
        let system = Some(LocalSystem { process: running.pid, metrics });
        Ok(Self { http, origin: running.origin, system, owners: Owners::New })
    }
}

impl Session {
    /// Makes the library on the system that is asked for.
    ///
    /// # Errors
    /// A system that is not there, or one that does not make the library in time.
    pub async fn prepare(options: &Options) -> Result<Self, Cause> {
        Self::prepare_on(Target::of(options)?, options).await
    }

    /// The same on a local system, by its `system.json`.
    ///
    /// # Errors
    /// As of the other.
    pub async fn prepare_beside(file: &Path, options: &Options) -> Result<Self, Cause> {
        Self::prepare_on(Target::of_local_system(file)?, options).await
    }

    async fn prepare_on(target: Target, options: &Options) -> Result<Self, Cause> {
        let size = options.size()?;
        let pictures = Arc::new(Pictures::encode()?);
        note(&format!("Making {} albums with {} photos", size.albums, size.photos));
        let preparation = Preparation {
            origin: target.origin.clone(),
            http: target.http.clone(),
            pictures: Arc::clone(&pictures),
            ready: AtomicUsize::new(0),
        };
        let limit = Duration::from_secs(options.prepare_seconds);
        let library = preparation.within(limit, &target.owners, size).await?;
        let generator = Generator {
            http: target.http,
            origin: target.origin,
            library: Arc::new(library),
            pictures,
            system: target.system,
        };
        Ok(Self { generator, objectives: options.objectives() })
    }

    /// Measures one run.
    pub async fn measure(&self, run: &Run) -> Report {
        let schedule = &run.schedule;
        note(&format!("{} arrivals a second for {} s", schedule.rate, schedule.seconds));
        let observed = self.generator.run(run).await;
        let mut report = assemble::report(self.settings(run), run, observed);
        for objective in &self.objectives {
            report.objectives.push(objective.hold(&report));
        }
        report
    }

    /// Looks for the highest rate at which all objectives are kept. Returns the report of that rate
    /// with all that were tried, or that of the lowest rate that was missed.
    ///
    /// # Errors
    /// No rate is kept, and none was tried.
    pub async fn find_limit(&self, run: &Run) -> Result<Report, Cause> {
        self.search(run, Search::from(run.schedule.rate)).await
    }

    /// Goes on with a search.
    ///
    /// # Errors
    /// No rate is kept, and none was tried.
    pub async fn search(&self, run: &Run, mut search: Search) -> Result<Report, Cause> {
        let mut steps = Vec::new();
        let mut best: Option<Report> = None;
        let mut last: Option<Report> = None;
        while let Some(rate) = search.next() {
            let mut run = run.clone();
            run.schedule.rate = rate;
            let report = self.measure(&run).await;
            let step = step(&report);
            note(&text::step_line(&step));
            search.note(step.kept);
            if step.kept {
                best = Some(report);
            } else {
                last = Some(report);
            }
            steps.push(step);
            tokio::time::sleep(REST).await;
        }
        let mut report = best
            .or(last)
            .ok_or("no rate was tried: --rate is too low")?;
        report.steps = steps;
        report
            .conclusions
            .insert(0, of_search(search.highest(), &report.steps));
        Ok(report)
    }

    fn settings(&self, run: &Run) -> Settings {
        let library = &self.generator.library;
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Settings {
            origin: self.generator.origin.clone(),
            rate: run.schedule.rate,
            shape: run.schedule.shape.words(),
            seconds: run.schedule.seconds,
            warm_up: run.schedule.warm_up,
            seed: run.seed,
            mix: run.mix.weights(),
            burst: run.burst.map(Burst::words),
            people: library.people.len(),
            albums: library.albums.len(),
            photos: library.photos(),
            in_flight: run.in_flight,
            is_release: !cfg!(debug_assertions),
            unix_time: since.unwrap_or_default().as_secs(),
        }
    }
}

/// Returns what came of a rate. A wrong answer is never within objectives.
fn step(report: &Report) -> Step {
    let mut missed = Vec::new();
    for objective in &report.objectives {
        if !objective.kept {
            missed.push(format!("{} ({})", objective.text, objective.measured));
        }
    }
    if report.wrong() > 0 {
        missed.push(format!("{} wrong answers", report.wrong()));
    }
    Step {
        rate: report.settings.rate,
        carried_rate: report.total.carried_rate,
        p99_ms: report.total.p99_ms,
        kept: missed.is_empty(),
        missed,
        ran_out: report
            .verdict
            .first
            .as_ref()
            .map(|first| first.name.clone()),
    }
}

/// Returns what a search has found, in a sentence.
fn of_search(highest: Option<f64>, steps: &[Step]) -> String {
    let Some(highest) = highest else {
        return "No rate that was tried keeps the objectives.".to_owned();
    };
    let missed = steps.iter().filter(|step| !step.kept);
    let lowest = missed.min_by(|left, right| left.rate.total_cmp(&right.rate));
    let kept = format!("The objectives are kept at {highest:.0} arrivals a second");
    match lowest {
        None => format!("{kept}, and at no rate that was tried were they missed."),
        Some(Step { rate, missed, ran_out, .. }) => {
            let missed = missed.join(", ");
            let why = match ran_out {
                Some(name) => format!("{name} ran out first"),
                None => "nothing that was sampled ran out".to_owned(),
            };
            format!("{kept}; at {rate:.0} they are not: {missed}; there, {why}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Objective, RouteFigures, tests::report};

    fn tried(rate: f64, kept: bool) -> Step {
        let mut report = report(RouteFigures::default(), Vec::new());
        report.settings.rate = rate;
        report.objectives.push(Objective {
            text: "all p99<500ms".to_owned(),
            measured: "700.0 ms".to_owned(),
            kept,
        });
        step(&report)
    }

    #[test]
    fn a_search_says_what_was_kept_and_what_was_not() {
        let mut missed = tried(80.0, false);
        missed.ran_out = Some("the memory".to_owned());
        let steps = [tried(40.0, true), tried(160.0, false), missed];
        let sentence = of_search(Some(40.0), &steps);
        assert_eq!(
            sentence,
            "The objectives are kept at 40 arrivals a second; at 80 they are not: all p99<500ms \
             (700.0 ms); there, the memory ran out first."
        );
        assert!(of_search(None, &steps).starts_with("No rate"));
        assert!(of_search(Some(40.0), &steps[..1]).ends_with("were they missed."));
    }

    #[test]
    fn a_wrong_answer_is_never_within_objectives() {
        let mut report = report(RouteFigures::default(), Vec::new());
        assert!(step(&report).kept);
        report
            .errors
            .insert("wrong answer: another id".to_owned(), 1);
        assert!(!step(&report).kept);
    }
}
