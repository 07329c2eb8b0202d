//! `bench search`: how long a search of one's own photos takes, and whether that grows with the
//! library.
//!
//! For each size somebody signs up whose library is made as rows; then each search is asked again
//! and again through the API. It must stay below the target whatever the size.

mod report;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use running_system::RunningSystem;
use shared::error::Cause;

use crate::{
    figures::median,
    note,
    person::Person,
    seed::{CHINESE, COMMON, Library, seeded_or_new, word},
};
pub use report::Report;
use report::Row;

/// Options of `bench search`.
#[derive(Args, Debug)]
pub struct Options {
    /// The `system.json` of the running system.
    #[arg(long)]
    system: PathBuf,
    /// Sizes of libraries.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    photos: Vec<u32>,
    /// Libraries that `bench seed` has made, as it prints them, in place of new ones.
    #[arg(long)]
    library: Vec<Library>,
}

/// The rank of a word that one photo in a thousand has.
const RARE: u32 = 500;

/// The dates of a search with dates.
const FROM: &str = "2019-03-01";
const TO: &str = "2019-03-31";

/// The times that each search is asked.
const TIMES: u32 = 20;

/// The names of searches that need not stay below the target.
const WITHOUT_TARGET: [&str; 3] =
    ["the beginning of many words", "two words that never meet", "a word and a camera"];

/// A search's name, and the parameters of its query.
type Case = (&'static str, Vec<(&'static str, String)>);

/// Measures, and says what was measured.
pub async fn run(options: &Options) -> Result<Report, Cause> {
    let system = RunningSystem::read(&options.system)?;
    let mut rows = Vec::new();
    for (name, query) in cases() {
        let target = !WITHOUT_TARGET.contains(&name);
        let path = path("/v1/search", &query);
        rows.push(Row { name, path, target, times: Vec::new() });
    }
    let suggestions = path("/v1/search/suggestions", &[("q", beginning())]);
    rows.push(Row { name: "suggestions", path: suggestions, target: true, times: Vec::new() });
    let libraries = seeded_or_new(&system, &options.library, &options.photos).await?;
    for library in &libraries {
        let person = Person::signed_in(&system, &library.user, &library.token);
        note("Searching");
        for row in &mut rows {
            row.times.push(time(&person, &row.path).await?);
        }
    }
    let photos = libraries.iter().map(|library| library.photos).collect();
    Ok(Report { photos, rows })
}

/// Returns the searches that are measured.
pub fn cases() -> Vec<Case> {
    let [common, _, _, less_common] = COMMON.map(word);
    let rare = word(RARE);
    let all_common = COMMON.map(word).join(" ");
    let dates = vec![("q", common.clone()), ("from", FROM.to_owned()), ("to", TO.to_owned())];
    let camera = vec![("q", common.clone()), ("camera", "D750".to_owned())];
    let words = |q: String| vec![("q", q)];
    vec![
        ("a common word", words(common.clone())),
        ("a common word, dates", dates),
        ("two words", words(format!("{common} {less_common}"))),
        ("four words that few photos share", words(all_common)),
        ("a rare word", words(rare.clone())),
        ("a common and a rare word", words(format!("{common} {rare}"))),
        ("Chinese", words(CHINESE.to_owned())),
        (WITHOUT_TARGET[0], words("b".to_owned())),
        (WITHOUT_TARGET[1], words("left right".to_owned())),
        (WITHOUT_TARGET[2], camera),
    ]
}

/// Returns what suggestions are asked for: the beginning of a common word.
pub fn beginning() -> String {
    word(COMMON[0])[..2].to_owned()
}

fn path(route: &str, query: &[(&str, String)]) -> String {
    let mut pairs = Vec::new();
    for (name, value) in query {
        pairs.push(format!("{name}={}", value.replace(' ', "+")));
    }
    format!("{route}?{}", pairs.join("&"))
}

async fn time(person: &Person, path: &str) -> Result<Duration, Cause> {
    // The function and the database's pages are warm from the second on.
    person.get(path).await?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        person.get(path).await?;
        times.push(begun.elapsed());
    }
    Ok(median(&times).ok_or("nothing was measured")?)
}
