//! Statistics of an owner: what the record of activity says, in numbers.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlbumId, Moment, Month};

/// The most cameras and albums that are told.
const MOST: usize = 10;

/// An action that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountedAction {
    /// A photo is ready.
    Added,
    /// A photo has gone for good.
    Removed,
    /// Somebody else has commented on a photo.
    Commented,
    /// A photo is a favourite of somebody else.
    Favoured,
    /// It no longer is.
    Unfavoured,
}

impl CountedAction {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Added, Self::Removed, Self::Commented, Self::Favoured, Self::Unfavoured];

    /// Returns the action's name in the record.
    pub fn action(self) -> &'static str {
        match self {
            Self::Added => "make-renditions",
            Self::Removed => "purge-trash",
            Self::Commented => "create-comment",
            Self::Favoured => "put-favourite",
            Self::Unfavoured => "delete-favourite",
        }
    }
}

impl std::str::FromStr for CountedAction {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|action| action.action() == name)
            .ok_or(())
    }
}

/// The number of times that something was done in a month. The warehouse and MySQL each give some,
/// one month add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The month.
    pub month: Month,
    /// The action.
    pub action: CountedAction,
    /// With which camera, of photos that were added.
    pub camera: Option<String>,
    /// The number of times.
    pub count: u64,
    /// The photos' bytes.
    pub bytes: u64,
}

/// The number of times that an album was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlbumViewCounts {
    /// The album.
    pub album: AlbumId,
    /// Since there are counts.
    pub views: u64,
    /// In each year of UTC, oldest first.
    pub by_year: Vec<(i32, u64)>,
}

/// Statistics, as the API answers with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Statistics")]
pub struct Statistics {
    /// The moment until which everything is counted; `null` before they were computed for the
    /// first time.
    pub as_of: Option<Moment>,
    /// Months of UTC in which something happened, oldest first.
    pub months: Vec<MonthCount>,
    /// The ten albums that were seen most, by anybody. Views are counted in bundles: a few may be
    /// missing.
    pub albums: Vec<MostSeenAlbum>,
    /// Reactions of others to the photos.
    pub received: ReceivedCount,
    /// The ten cameras with the most photos.
    pub cameras: Vec<CameraCount>,
    /// Each year in review, oldest first.
    pub years: Vec<YearCount>,
}

/// Counts of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StatisticsMonth")]
pub struct MonthCount {
    /// `2026-07`.
    pub month: String,
    /// Photos that became ready.
    pub photos_added: u64,
    /// Bytes of their originals.
    pub bytes_added: u64,
    /// Photos that left the trash for good.
    pub photos_removed: u64,
    /// Bytes of their originals.
    pub bytes_removed: u64,
}

/// Reactions of others to the photos.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StatisticsReceived")]
pub struct ReceivedCount {
    /// Comments that they wrote.
    pub comments: u64,
    /// Favourites that they have made of them, less those that they took back.
    pub favourites: u64,
}

/// A camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StatisticsCamera")]
pub struct CameraCount {
    /// Make and model.
    pub camera: String,
    /// Photos that were added and taken with it.
    pub photos: u64,
}

/// An album and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StatisticsAlbum")]
pub struct MostSeenAlbum {
    /// The album. It may be in the trash by now, or gone.
    pub album: AlbumId,
    /// The number of times that it was seen.
    pub views: u64,
}

/// A year in review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "StatisticsYear")]
pub struct YearCount {
    /// The year.
    pub year: i32,
    /// Photos that became ready.
    pub photos_added: u64,
    /// Bytes of their originals.
    pub bytes_added: u64,
    /// The month in which most did; `null` when none did.
    pub busiest_month: Option<String>,
    /// The camera that most were taken with.
    pub camera: Option<CameraCount>,
    /// The album that was seen most.
    pub album: Option<MostSeenAlbum>,
    /// Reactions of others.
    pub received: ReceivedCount,
}

/// Sums that become statistics.
#[derive(Default)]
struct TallySums {
    months: BTreeMap<Month, MonthCount>,
    cameras: HashMap<String, u64>,
    comments: u64,
    favoured: u64,
    unfavoured: u64,
}

impl TallySums {
    fn add(&mut self, tally: &Tally) {
        let (count, bytes) = (tally.count, tally.bytes);
        match tally.action {
            CountedAction::Added => {
                let month = self.month(tally.month);
                month.photos_added += count;
                month.bytes_added += bytes;
                if let Some(camera) = &tally.camera {
                    *self.cameras.entry(camera.clone()).or_default() += count;
                }
            }
            CountedAction::Removed => {
                let month = self.month(tally.month);
                month.photos_removed += count;
                month.bytes_removed += bytes;
            }
            CountedAction::Commented => self.comments += count,
            CountedAction::Favoured => self.favoured += count,
            CountedAction::Unfavoured => self.unfavoured += count,
        }
    }

    fn month(&mut self, month: Month) -> &mut MonthCount {
        self.months
            .entry(month)
            .or_insert_with(|| MonthCount { month: month.to_string(), ..MonthCount::default() })
    }

    fn received(&self) -> ReceivedCount {
        // A favourite of an earlier year may be taken back in a later one.
        ReceivedCount {
            comments: self.comments,
            favourites: self.favoured.saturating_sub(self.unfavoured),
        }
    }

    /// Most photos first, and equal ones by name, so that the same rows are told the same way.
    fn cameras(&self) -> Vec<CameraCount> {
        let camera = |(camera, photos): (&String, &u64)| CameraCount {
            camera: camera.clone(),
            photos: *photos,
        };
        let mut cameras: Vec<_> = self.cameras.iter().map(camera).collect();
        cameras.sort_by(|a, b| {
            b.photos
                .cmp(&a.photos)
                .then_with(|| a.camera.cmp(&b.camera))
        });
        cameras.truncate(MOST);
        cameras
    }

    fn year(&self, year: i32, seen: &[AlbumViewCounts]) -> YearCount {
        let added = |value: fn(&MonthCount) -> u64| self.months.values().map(value).sum();
        let busiest = self.months.values().filter(|month| month.photos_added > 0);
        // Of equal months the first.
        let busiest = busiest.rev().max_by_key(|month| month.photos_added);
        YearCount {
            year,
            photos_added: added(|month| month.photos_added),
            bytes_added: added(|month| month.bytes_added),
            busiest_month: busiest.map(|month| month.month.clone()),
            camera: self.cameras().into_iter().next(),
            album: most_seen(seen, |seen| views_in(seen, year))
                .into_iter()
                .next(),
            received: self.received(),
        }
    }
}

fn views_in(seen: &AlbumViewCounts, year: i32) -> u64 {
    seen.by_year
        .iter()
        .find(|(known, _)| *known == year)
        .map_or(0, |(_, views)| *views)
}

fn most_seen(
    seen: &[AlbumViewCounts],
    views: impl Fn(&AlbumViewCounts) -> u64,
) -> Vec<MostSeenAlbum> {
    let all = seen
        .iter()
        .map(|seen| MostSeenAlbum { album: seen.album, views: views(seen) });
    let mut all: Vec<_> = all.filter(|seen| seen.views > 0).collect();
    all.sort_by(|a, b| {
        b.views
            .cmp(&a.views)
            .then_with(|| a.album.uuid().cmp(&b.album.uuid()))
    });
    all.truncate(MOST);
    all
}

impl Statistics {
    /// Those of an owner: of tallies from wherever, and of views.
    pub fn of(as_of: Moment, tallies: &[Tally], seen: &[AlbumViewCounts]) -> Self {
        let (mut all, mut years) = (TallySums::default(), BTreeMap::<i32, TallySums>::new());
        for (year, _) in seen.iter().flat_map(|seen| &seen.by_year) {
            years.entry(*year).or_default();
        }
        for tally in tallies {
            all.add(tally);
            years.entry(tally.month.year()).or_default().add(tally);
        }
        Self {
            as_of: Some(as_of),
            albums: most_seen(seen, |seen| seen.views),
            received: all.received(),
            cameras: all.cameras(),
            years: years
                .iter()
                .map(|(year, sums)| sums.year(*year, seen))
                .collect(),
            months: all.months.into_values().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    fn tally(
        month: &str,
        action: CountedAction,
        camera: Option<&str>,
        count: u64,
        bytes: u64,
    ) -> Tally {
        Tally {
            month: month.parse().expect("a month"),
            action,
            camera: camera.map(str::to_owned),
            count,
            bytes,
        }
    }

    #[test]
    fn a_month_on_both_sides_of_the_boundary_is_one() {
        let halves = [
            tally("2026-07", CountedAction::Added, Some("A"), 2, 200),
            tally("2026-07", CountedAction::Added, Some("A"), 3, 300),
            tally("2026-07", CountedAction::Removed, None, 1, 100),
        ];
        let statistics = Statistics::of(Moment::FIRST, &halves, &[]);
        let month = MonthCount {
            month: "2026-07".into(),
            photos_added: 5,
            bytes_added: 500,
            photos_removed: 1,
            bytes_removed: 100,
        };
        assert_eq!(statistics.months, [month]);
        assert_eq!(statistics.cameras, [CameraCount { camera: "A".into(), photos: 5 }]);
    }

    #[test]
    fn a_year_in_review_names_what_was_most() {
        let album = AlbumId::new(Shard::random());
        let seen = [AlbumViewCounts { album, views: 9, by_year: vec![(2025, 2), (2026, 7)] }];
        let tallies = [
            tally("2025-12", CountedAction::Added, Some("old"), 4, 40),
            tally("2026-01", CountedAction::Added, Some("new"), 3, 30),
            tally("2026-03", CountedAction::Added, Some("new"), 3, 30),
            tally("2026-03", CountedAction::Commented, None, 2, 0),
            tally("2025-12", CountedAction::Favoured, None, 2, 0),
            tally("2026-03", CountedAction::Unfavoured, None, 1, 0),
        ];
        let statistics = Statistics::of(Moment::FIRST, &tallies, &seen);
        assert_eq!(statistics.received, ReceivedCount { comments: 2, favourites: 1 });
        assert_eq!(
            statistics
                .years
                .iter()
                .map(|year| year.year)
                .collect::<Vec<_>>(),
            [2025, 2026]
        );
        let year = &statistics.years[1];
        assert_eq!((year.photos_added, year.bytes_added), (6, 60));
        assert_eq!(year.busiest_month.as_deref(), Some("2026-01"));
        assert_eq!(year.camera, Some(CameraCount { camera: "new".into(), photos: 6 }));
        assert_eq!(year.album, Some(MostSeenAlbum { album, views: 7 }));
        assert_eq!(year.received, ReceivedCount { comments: 2, favourites: 0 });
    }
}
