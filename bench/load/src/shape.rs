//! The shape of a load: the rate at every instant of a run.

use std::{collections::BTreeMap, sync::LazyLock};

use chance::whole;
use serde::Deserialize;

/// Seconds in which a spike comes to its height.
const RISE: f64 = 1.0;
/// Hours of a day.
const HOURS: f64 = 24.0;

/// The part of `bench/simulate/load.toml` that is read here.
#[derive(Deserialize)]
struct Curves {
    days: BTreeMap<String, [f64; 24]>,
}

/// The curves of a day, those of the simulation.
static CURVES: LazyLock<Curves> = LazyLock::new(|| {
    let text = include_str!("../../simulate/load.toml");
    toml::from_str(text).expect("load.toml, which a test reads")
});

/// The rate over a run, as a multiple of the base rate.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The same all the time.
    Constant,
    /// From half of the run on, so many times the base rate.
    Step {
        /// The multiple.
        times: f64,
    },
    /// After a third of the run, so many times the base rate, reached within a second.
    Spike {
        /// The multiple.
        times: f64,
        /// Seconds that it lasts.
        seconds: f64,
    },
    /// A whole day in the time of the run; the base rate is its average.
    Day {
        /// The weight of each hour, one on average.
        hours: [f64; 24],
    },
}

impl Shape {
    /// Creates the curve of a day.
    ///
    /// # Errors
    /// A name that no curve has.
    pub fn day(name: &str) -> Result<Self, String> {
        let Some(weights) = CURVES.days.get(name) else {
            let names: Vec<&str> = CURVES.days.keys().map(String::as_str).collect();
            return Err(format!("there is no day \"{name}\": there are {}", names.join(", ")));
        };
        let mean = weights.iter().sum::<f64>() / HOURS;
        Ok(Self::Day { hours: weights.map(|weight| weight / mean) })
    }

    /// Returns the multiple of the base rate at an instant, in seconds from the beginning of a run
    /// of so many seconds. Before its beginning a run is as it begins.
    pub fn factor(&self, at: f64, seconds: f64) -> f64 {
        let at = at.max(0.0);
        match self {
            Self::Constant => 1.0,
            Self::Step { times } => {
                if at < seconds / 2.0 {
                    1.0
                } else {
                    *times
                }
            }
            Self::Spike { times, seconds: length } => {
                let since = at - seconds / 3.0;
                if since < 0.0 || since > *length {
                    return 1.0;
                }
                1.0 + (times - 1.0) * (since / RISE).min(1.0)
            }
            Self::Day { hours } => between_hours(hours, at / seconds * HOURS),
        }
    }

    /// Returns the highest multiple.
    pub fn highest(&self) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Step { times } | Self::Spike { times, .. } => times.max(1.0),
            Self::Day { hours } => hours.iter().copied().fold(0.0, f64::max),
        }
    }

    /// Returns the shape in words.
    pub fn words(&self) -> String {
        match self {
            Self::Constant => "constant".to_owned(),
            Self::Step { times } => format!("a step to {times} times the rate at half time"),
            Self::Spike { times, seconds } => {
                format!("a spike of {times} times the rate for {seconds} s, after a third")
            }
            Self::Day { .. } => "a day's curve".to_owned(),
        }
    }
}

/// Returns the weight between those of two hours.
fn between_hours(hours: &[f64; 24], hour: f64) -> f64 {
    let before = hour.floor();
    let weight = |hour: f64| hours[usize::try_from(whole(hour)).unwrap_or(0) % 24];
    let first = weight(before);
    let second = weight(before + 1.0);
    first + (second - first) * (hour - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_there_within_a_second_and_ends() {
        let spike = Shape::Spike { times: 10.0, seconds: 10.0 };
        for (at, factor) in [(-1.0, 1.0), (29.9, 1.0), (30.5, 5.5), (31.0, 10.0), (40.1, 1.0)] {
            let found = spike.factor(at, 90.0);
            assert!((found - factor).abs() < 1e-9, "{found} at {at}, not {factor}");
        }
        assert!((spike.highest() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_step_comes_at_half_time() {
        let step = Shape::Step { times: 3.0 };
        assert!((step.factor(29.0, 60.0) - 1.0).abs() < 1e-9);
        assert!((step.factor(30.0, 60.0) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_day_has_the_base_rate_on_average() {
        for name in CURVES.days.keys() {
            let day = Shape::day(name).expect("a day");
            let sum: f64 = (0..1_440)
                .map(|minute| day.factor(f64::from(minute) / 24.0, 60.0))
                .sum();
            assert!((sum / 1_440.0 - 1.0).abs() < 1e-9, "{name}: {sum}");
        }
        let error = Shape::day("monday").expect_err("no day");
        assert!(error.contains("us-business"), "{error}");
    }
}
