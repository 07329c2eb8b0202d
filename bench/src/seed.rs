//! `bench seed`: a library of many photos in a running system, as rows alone.
//!
//! There are no bytes and no images: it is for measuring what reads rows. Photos count as four
//! kilobytes each, so that two million fit into an owner's quota. Captions are words of
//! which the most common stands in a third of them and the others ever more seldom (Zipf's law), so
//! that searches find much and little. Photos are spread evenly over ten years. Their owner is new,
//! and the token that signs in is printed.

mod copies;
mod photos;
mod sums;
mod views;
mod words;

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    str::FromStr,
    time::{Duration, Instant},
};

use clap::Args;
use running_system::RunningSystem;
use serde::Deserialize;
use shared::{
    domain::{AlbumId, Sha256, Shard, UserId},
    env::{Env, SdkConfig},
    error::Cause,
    stores::Library as Store,
};
use sqlx::{Connection, MySqlConnection};

use crate::{note, person::Person};

use copies::Copies;
pub use photos::{HOME, MONTH};
pub use words::{CHINESE, COMMON, word};

/// The most photos: what the API counts an owner's photos by holds more.
const MOST: u32 = 2_000_000;

/// Photos that differ: more of them are copies of these.
const BASE: u32 = 10_000;

/// Photos that have views in the hot table, the newest: DynamoDB reads a page of a partition
/// without looking at the rest, and views take longer to write than rows.
const WITH_VIEWS: u32 = 5000;

/// Options of `bench seed`.
#[derive(Args, Debug)]
pub struct Options {
    /// The data folder of the running system.
    #[arg(long, default_value = ".local")]
    data: PathBuf,
    /// Number of photos: up to 10,000, or a multiple of it.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST)))]
    photos: u32,
}

/// A library, and what it takes to read it.
#[derive(Clone, Debug)]
pub struct Library {
    /// Number of photos.
    pub photos: u32,
    /// The album that all of them stand in.
    pub album: AlbumId,
    /// The id of their owner.
    pub user: String,
    /// The owner's token.
    pub token: String,
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { photos, album, user, token } = self;
        write!(f, "{photos}:{album}:{user}:{token}")
    }
}

impl FromStr for Library {
    type Err = Cause;

    fn from_str(text: &str) -> Result<Self, Cause> {
        let [photos, album, user, token] = text.split(':').collect::<Vec<_>>()[..] else {
            return Err("a library is PHOTOS:ALBUM:USER:TOKEN".into());
        };
        Ok(Self {
            photos: photos.parse()?,
            album: album.parse()?,
            user: user.to_owned(),
            token: token.to_owned(),
        })
    }
}

/// A library that has been made.
pub struct Seeded {
    /// The library.
    pub library: Library,
    /// Number of those that are no copies.
    base: u32,
    /// The time that the rows of these took.
    rows: Duration,
    /// The time that putting their words into the index took.
    index: Duration,
    /// The time that copies of them took.
    copies: Duration,
    /// The time that their views in the hot table took.
    views: Duration,
}

/// A line of the shard map.
#[derive(Deserialize)]
struct Cluster {
    from: u16,
    to: u16,
    writer: String,
}

/// Makes the library.
pub async fn run(options: &Options) -> Result<Seeded, Cause> {
    let system = RunningSystem::read(&options.data.join("system.json"))?;
    seed(&system, options.photos).await
}

/// Returns the libraries that are there, or, when none is named, makes one of each size.
pub async fn seeded_or_new(
    system: &RunningSystem,
    named: &[Library],
    sizes: &[u32],
) -> Result<Vec<Library>, Cause> {
    let mut libraries = named.to_vec();
    if libraries.is_empty() {
        for photos in sizes {
            libraries.push(seed(system, *photos).await?.library);
        }
    }
    Ok(libraries)
}

/// Makes a library of so many photos.
pub async fn seed(system: &RunningSystem, photos: u32) -> Result<Seeded, Cause> {
    let base = photos.min(BASE);
    if !photos.is_multiple_of(base) {
        return Err(format!("more than {BASE} photos must be a multiple of it").into());
    }
    note(&format!("Making rows of {base} photos"));
    let person = Person::sign_up(system).await?;
    let album = person.empty_album().await?.parse::<AlbumId>()?;
    let owner = person.id.parse::<UserId>()?;
    let mut database = cluster(system, owner.shard()).await?;
    let begun = Instant::now();
    photos::insert(&mut database, owner, album, base).await?;
    let rows = begun.elapsed();

    note("Putting their words into the index, and them on the map");
    let begun = Instant::now();
    backfill(system, owner).await?;
    let index = begun.elapsed();

    let begun = Instant::now();
    if photos > base {
        note(&format!("Copying them to {photos}"));
        let times = photos / base;
        let step = u32::try_from(photos::SECONDS / i64::from(photos))?;
        let copies = Copies { owner, album, base, times, step };
        copies.make(&mut database).await?;
    }
    let copies = begun.elapsed();

    note("Putting the views of the newest into the hot table");
    let newest = copies::newest(&mut database, album, WITH_VIEWS).await?;
    database.close().await?;
    let begun = Instant::now();
    views::put(system, &person, album, &newest).await?;
    let views = begun.elapsed();
    let library = Library { photos, album, user: person.id, token: person.token };
    Ok(Seeded { library, base, rows, index, copies, views })
}

/// Gives the photos of an owner other sums, one each.
pub async fn set_sums(system: &RunningSystem, owner: UserId, all: &[Sha256]) -> Result<(), Cause> {
    let mut database = cluster(system, owner.shard()).await?;
    sums::set(&mut database, owner, all).await?;
    database.close().await?;
    Ok(())
}

async fn cluster(system: &RunningSystem, shard: Shard) -> Result<MySqlConnection, Cause> {
    let map: Vec<Cluster> = serde_json::from_str(system.variable("LIBRARY_SHARDS")?)?;
    let holds = |cluster: &&Cluster| (cluster.from..=cluster.to).contains(&shard.number());
    let cluster = map.iter().find(holds).ok_or("no cluster has the owner")?;
    Ok(MySqlConnection::connect(&cluster.writer).await?)
}

/// Does what the sweep does with photos of before: puts them into the index and on the map.
async fn backfill(system: &RunningSystem, owner: UserId) -> Result<(), Cause> {
    let aws_config = SdkConfig::builder().build();
    let variables: HashMap<_, _> = system.environment.clone().into_iter().collect();
    let library = Store::connect(&Env::with(aws_config, variables))?;
    let forever = Instant::now() + Duration::from_hours(10);
    library.backfill(owner, forever).await?;
    Ok(())
}

impl fmt::Display for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let photos = self.library.photos;
        writeln!(f, "{photos} photos in {}", self.library.album)?;
        let steps = [
            ("rows", self.base, self.rows),
            ("index of words and map", self.base, self.index),
            ("copies", photos - self.base, self.copies),
            ("views", photos.min(WITH_VIEWS), self.views),
        ];
        for (name, photos, time) in steps {
            let seconds = time.as_secs_f64();
            let each = f64::from(photos) / seconds;
            writeln!(f, "  {name} of {photos}: {seconds:.1} s, {each:.0} a second")?;
        }
        writeln!(f, "  token: {}", self.library.token)?;
        writeln!(f, "  for ./dev bench growth: --library {}", self.library)
    }
}
