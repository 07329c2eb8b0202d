//! The options of the command line.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Parser};

use crate::{
    Cause, burst::Burst, generator::Run, mix::Mix, prepare::Size, schedule, shape::Shape, slo::Slo,
};

/// Objectives of a search that was given none.
const DEFAULT_OBJECTIVES: [&str; 2] = ["all p99<500ms", "all errors<0.1%"];

const EXAMPLES: &str = "\
Examples:
  load --system .local/system.json --rate 100 --seconds 60
  load --system .local/system.json --rate 50 --spike 10 --slo 'GET /v1/albums/{album} p99<300ms'
  load --system .local/system.json --find-limit --seconds 20 --slo 'all p99<500ms'
  load --system .local/system.json --rate 20 --burst upload=1000 --seconds 120
  load --system ours/system.json --beside node=node/system.json --mix album=1
  load --origin https://photos.example.com --key key.txt --rate 20 --day us-evening --seconds 600
  load --compare before/report.json after/report.json";

/// Drives Albumen by a schedule that waits for no answer, checks every answer, and says what ran
/// out first.
#[derive(Debug, Parser)]
#[command(name = "load", version, max_term_width = 100, after_help = EXAMPLES)]
#[command(group = ArgGroup::new("target").required(true).args(["system", "origin", "compare"]))]
pub struct Options {
    /// The system.json of a running local system.
    #[arg(long, value_name = "FILE")]
    pub system: Option<PathBuf>,
    /// The origin of any other; with --key.
    #[arg(long, value_name = "URL", requires = "key")]
    pub origin: Option<String>,
    /// A file with an API key, whose owner gets the library.
    #[arg(long, value_name = "FILE", requires = "origin")]
    pub key: Option<PathBuf>,
    /// Another local system, whose name is in the report: each is put under the same load in turns, in
    /// search of its limit and at one rate for all. May be given several times.
    #[arg(long, value_name = "NAME=FILE", value_parser = other_system, requires = "system")]
    #[arg(conflicts_with_all = ["shape", "burst"])]
    pub beside: Vec<(String, PathBuf)>,
    /// Rounds of a comparison with other systems.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    pub rounds: u16,
    /// Prints the second report's figures as multiples of the first's.
    #[arg(long, num_args = 2, value_names = ["FIRST", "SECOND"])]
    pub compare: Option<Vec<PathBuf>>,
    /// Arrivals a second.
    #[arg(long, default_value_t = 50.0, value_parser = above_zero)]
    rate: f64,
    /// Seconds that are measured; of each step of --find-limit.
    #[arg(long, default_value_t = 60.0, value_parser = above_zero)]
    seconds: f64,
    /// Seconds before them, which are not.
    #[arg(long, default_value_t = 5.0, value_parser = not_below_zero)]
    warm_up: f64,
    /// From half time on, so many times the rate.
    #[arg(long, value_name = "TIMES", value_parser = above_zero, group = "shape")]
    step: Option<f64>,
    /// After a third of the time, so many times the rate, within a second.
    #[arg(long, value_name = "TIMES", value_parser = above_zero, group = "shape")]
    spike: Option<f64>,
    /// Seconds that the spike lasts.
    #[arg(long, default_value_t = 10.0, value_parser = above_zero)]
    spike_seconds: f64,
    /// A whole day in the time that is measured: us-business, us-evening, world or flat. The rate is
    /// its average.
    #[arg(long, value_name = "NAME", group = "shape")]
    day: Option<String>,
    /// Besides, so many of one kind of user at the same instant, after a third of the time. Those who
    /// upload come again when they are told to, and wait until their photo is ready.
    #[arg(long, value_name = "KIND=NUMBER", conflicts_with = "find_limit")]
    burst: Option<Burst>,
    /// Seconds to wait, once all has been answered, until the queues of a local system are empty.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    drain_seconds: u16,
    /// The weights of users: look, guest, search, sync, upload, comment, album.
    #[arg(long, default_value = "look=80,guest=12,search=3,sync=4,upload=0.5,comment=0.5")]
    mix: Mix,
    /// People who sign up for the library.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    people: u16,
    /// Albums of the library.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    albums: u16,
    /// Photos of the library, in equal parts.
    #[arg(long, default_value_t = 480, value_parser = clap::value_parser!(u16).range(1..))]
    photos: u16,
    /// The longest time in which the library may be made.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub prepare_seconds: u64,
    /// The most requests in flight. What comes beyond counts as failed, by the generator.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..100_000))]
    in_flight: u32,
    /// Decides chance: the same number, the same arrivals that ask for the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// An objective, as 'GET /v1/albums/{album} p99<300ms' or 'all errors<0.1%': one that is missed
    /// fails the command. May be given several times.
    #[arg(long, value_name = "OBJECTIVE")]
    slo: Vec<Slo>,
    /// Looks for the highest rate at which all objectives are kept, from --rate on.
    #[arg(long, conflicts_with = "shape")]
    pub find_limit: bool,
    /// The folder into which report.json and report.html are written.
    #[arg(long, value_name = "FOLDER", default_value = "target/load")]
    pub out: PathBuf,
}

impl Options {
    /// Returns the size of the library.
    ///
    /// # Errors
    /// Albums without photos.
    pub fn size(&self) -> Result<Size, Cause> {
        if self.photos < self.albums {
            return Err("each album needs a photo: more --photos, or fewer --albums".into());
        }
        Ok(Size {
            people: self.people.into(),
            albums: self.albums.into(),
            photos: self.photos.into(),
        })
    }

    /// Returns the run that is asked for.
    ///
    /// # Errors
    /// A day that has no curve.
    pub fn run(&self) -> Result<Run, Cause> {
        let shape = match (self.step, self.spike, &self.day) {
            (Some(times), _, _) => Shape::Step { times },
            (_, Some(times), _) => Shape::Spike { times, seconds: self.spike_seconds },
            (_, _, Some(day)) => Shape::day(day)?,
            _ => Shape::Constant,
        };
        let schedule = schedule::Settings {
            rate: self.rate,
            shape,
            seconds: self.seconds,
            warm_up: self.warm_up,
        };
        let in_flight = usize::try_from(self.in_flight)?;
        Ok(Run {
            schedule,
            seed: self.seed,
            mix: self.mix.clone(),
            burst: self.burst,
            in_flight,
            drain_limit: Duration::from_secs(self.drain_seconds.into()),
        })
    }

    /// Returns the objectives; a search for the limit has some, even if none was given.
    pub fn objectives(&self) -> Vec<Slo> {
        let is_search = self.find_limit || !self.beside.is_empty();
        if is_search && self.slo.is_empty() {
            return DEFAULT_OBJECTIVES
                .map(|text| text.parse().expect("an objective, which a test reads"))
                .to_vec();
        }
        self.slo.clone()
    }
}

fn other_system(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err("it should be a name and a file, as in node=node/system.json".to_owned()),
    }
}

fn above_zero(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok(number),
        _ => Err("it should be a number above 0".to_owned()),
    }
}

fn not_below_zero(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number),
        _ => Err("it should be a number, 0 at least".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn options(text: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(["load"].into_iter().chain(text.split_whitespace()))
    }

    #[test]
    fn the_options_are_sound() {
        Options::command().debug_assert();
        let parsed = options("--system s.json").expect("options");
        assert_eq!(parsed.mix, Mix::default());
        assert!(parsed.objectives().is_empty());
        for search in ["--find-limit", "--beside node=n.json"] {
            let parsed = options(&format!("--system s.json {search}")).expect("options");
            assert_eq!(parsed.objectives().len(), 2);
        }
    }

    #[test]
    fn one_target_and_one_shape_are_asked_for() {
        for text in [
            "",
            "--system s --origin o --key k",
            "--origin o",
            "--system s --spike 3 --step 2",
            "--system s --find-limit --day world",
            "--system s --rate 0",
            "--compare one",
        ] {
            assert!(options(text).is_err(), "{text}");
        }
        assert!(options("--compare one two").is_ok());
        let spike = options("--system s --spike 10").expect("options");
        let shape = spike.run().expect("a run").schedule.shape;
        assert_eq!(shape, Shape::Spike { times: 10.0, seconds: 10.0 });
    }

    #[test]
    fn each_album_has_a_photo() {
        let few = options("--system s --albums 8 --photos 7").expect("options");
        assert!(few.size().is_err());
    }
}
