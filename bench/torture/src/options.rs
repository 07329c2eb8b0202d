//! The options of the command line.

use std::path::PathBuf;

use clap::Parser;

const EXAMPLES: &str = "\
Examples:
  torture --system .local/system.json --minutes 10 --seed 7
  torture --system .local/system.json --minutes 1 --rate 0.05 --users 4 --out target/torture
  torture --system .local/system.json --minutes 3 --power-cuts 4
  torture --system .local/system.json --minutes 3 --only clocks --only functions --rate 0.1
  torture --system .local/system.json --check target/torture/journal.json

The system has to stand ready for faults: local run --faults SEED.";

/// Writes and reads while faults happen, and says whether anything was lost or doubled.
#[derive(Debug, Parser)]
#[command(name = "torture", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Options {
    /// The system.json of a running local system.
    #[arg(long, value_name = "FILE")]
    pub system: PathBuf,
    /// Minutes with faults.
    #[arg(long, default_value_t = 10.0, value_parser = above_zero)]
    pub minutes: f64,
    /// Decides what people do; the system's own seed decides its faults.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The part of requests to the hot table, of invocations and so on that end in a fault; 0 for
    /// none.
    #[arg(long, default_value_t = 0.02, value_parser = part)]
    pub rate: f64,
    /// A point at which faults happen, as the report names it; may be given more than once. All of
    /// them without it.
    #[arg(long, value_name = "POINT")]
    pub only: Vec<String>,
    /// The number of times that all processes of the system are killed at once, and it is started
    /// again.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=100))]
    pub power_cuts: u16,
    /// People, each of whom does one thing after the other.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub users: u16,
    /// The longest time in which the system may settle once the faults have ended.
    #[arg(long, value_name = "SECONDS", default_value_t = 240)]
    pub settle_seconds: u64,
    /// Reads the stores alone, and holds them against the journal of an earlier run.
    #[arg(long, value_name = "JOURNAL")]
    pub check: Option<PathBuf>,
    /// Folder of the journal and of the report in JSON.
    #[arg(long, default_value = "target/torture")]
    pub out: PathBuf,
}

fn above_zero(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "is no number".to_owned())?;
    if number > 0.0 && number.is_finite() { Ok(number) } else { Err("must be above 0".to_owned()) }
}

fn part(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "is no number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("must be from 0 to 1".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_can_be_given() {
        let mut tried = 0;
        for line in EXAMPLES.lines() {
            let words: Vec<_> = line.split_whitespace().collect();
            if words.first() == Some(&"torture") {
                tried += 1;
                Options::try_parse_from(words).expect("an example");
            }
        }
        assert_eq!(tried, 5);
        for wrong in ["--minutes 0", "--rate 2", "--users 0"] {
            let mut words = vec!["torture", "--system", "f"];
            words.extend(wrong.split_whitespace());
            assert!(Options::try_parse_from(words).is_err(), "{wrong}");
        }
    }
}
