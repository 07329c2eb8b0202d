//! The protocol of pages against a table that shows the items of a transaction one by one.
//!
//! `DynamoDB` promises that all of a transaction can be read once it was answered, and before that
//! a read of several items may find some new and some old. The local engine has no such moment, so
//! it is tried here: writers, readers and the table take their steps in any order, and a writer may
//! die between any two.

use proptest::prelude::*;

use super::left_albums::LeftAlbums;
use crate::domain::{AlbumId, Moment, Shard};

const PHOTOS: usize = 2;
const WRITERS: usize = 3;
const READERS: usize = 2;

/// The moment at which a writer raises the album's count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raises {
    /// After its transaction was answered.
    Afterwards,
    /// In the transaction, which costs one request less.
    Within,
}

/// Returns true if the photo stands in the album in this version.
fn is_in_album(version: u32) -> bool {
    !version.is_multiple_of(3)
}

/// A photo's locator.
#[derive(Clone, Default)]
struct Locator {
    version: u32,
    left: LeftAlbums,
}

/// A transaction of which not every item can be read yet.
struct Transaction {
    photo: usize,
    locator: Option<Locator>,
    view: Option<View>,
    raises: bool,
}

/// The version that stands in the album; `None` when there is no view.
type View = Option<u32>;

impl Transaction {
    fn is_over(&self) -> bool {
        self.locator.is_none() && self.view.is_none() && !self.raises
    }
}

/// A page: the count it was made at, and the version of each photo that it shows.
#[derive(Clone, Copy)]
struct Page {
    made_at: u64,
    views: [Option<u32>; PHOTOS],
}

#[derive(Clone)]
enum Writer {
    Idle,
    Reads { photo: usize, version: u32 },
    Waits { photo: usize, version: u32, touches: bool },
    Raises { photo: usize, version: u32, touches: bool },
}

enum Reader {
    Idle,
    HasCount { told: [u32; PHOTOS], count: u64 },
    Makes { told: [u32; PHOTOS], count: u64, views: Vec<Option<u32>> },
}

struct World {
    raises: Raises,
    album: AlbumId,
    locators: [Locator; PHOTOS],
    views: [Option<u32>; PHOTOS],
    count: u64,
    page: Option<Page>,
    open: Vec<Transaction>,
    writers: Vec<Writer>,
    readers: Vec<Reader>,
    begun: [u32; PHOTOS],
    told: [u32; PHOTOS],
}

impl World {
    fn new(raises: Raises) -> Self {
        Self {
            raises,
            album: AlbumId::new(Shard::random()),
            locators: Default::default(),
            views: Default::default(),
            count: 1,
            page: None,
            open: Vec::new(),
            writers: vec![Writer::Idle; WRITERS],
            readers: (0..READERS).map(|_| Reader::Idle).collect(),
            begun: [0; PHOTOS],
            told: [0; PHOTOS],
        }
    }

    fn stands(&self, version: u32) -> Vec<(AlbumId, String)> {
        if is_in_album(version) { vec![(self.album, "PHOTO#".to_owned())] } else { Vec::new() }
    }

    /// One step of whoever `who` says; `choice` decides where there is something to decide.
    fn step(&mut self, who: u8, choice: u8) -> Result<(), String> {
        let who = usize::from(who) % (WRITERS + READERS + 1);
        match who {
            0..WRITERS => self.write(who, choice),
            WRITERS.. if who < WRITERS + READERS => return self.read(who - WRITERS),
            _ => self.show(choice),
        }
        Ok(())
    }

    /// The table lets one more item of a transaction be read.
    fn show(&mut self, choice: u8) {
        if self.open.is_empty() {
            return;
        }
        let at = usize::from(choice) % self.open.len();
        let open = &mut self.open[at];
        match choice % 3 {
            0 if open.raises => {
                open.raises = false;
                self.count += 1;
            }
            1 => {
                if let Some(view) = open.view.take() {
                    self.views[open.photo] = view;
                }
            }
            _ => {
                if let Some(locator) = open.locator.take() {
                    self.locators[open.photo] = locator;
                }
            }
        }
        self.open.retain(|open| !open.is_over());
    }

    fn write(&mut self, at: usize, choice: u8) {
        // It dies; what it has sent goes on without it.
        if choice >= 230 {
            self.writers[at] = Writer::Idle;
            return;
        }
        self.writers[at] = match self.writers[at].clone() {
            Writer::Idle => self.begin(choice),
            Writer::Reads { photo, version } => self.try_to_write(photo, version),
            Writer::Waits { photo, version, touches } => {
                if self.open.iter().any(|open| open.photo == photo) {
                    return;
                }
                Writer::Raises { photo, version, touches }
            }
            Writer::Raises { photo, version, touches } => {
                if touches && self.raises == Raises::Afterwards {
                    self.count += 1;
                }
                self.told[photo] = self.told[photo].max(version);
                Writer::Idle
            }
        };
    }

    /// A new version, or one of before once more.
    fn begin(&mut self, choice: u8) -> Writer {
        let photo = usize::from(choice) % PHOTOS;
        let late = u32::from(choice / 2 % 3);
        let version = (self.begun[photo] + 1).saturating_sub(late).max(1);
        self.begun[photo] = self.begun[photo].max(version);
        Writer::Reads { photo, version }
    }

    fn try_to_write(&mut self, photo: usize, version: u32) -> Writer {
        // Another transaction holds the locator.
        if self.open.iter().any(|open| open.photo == photo) {
            return Writer::Reads { photo, version };
        }
        let seen = self.locators[photo].clone();
        let old = self.stands(seen.version);
        let new = self.stands(version);
        // As `put_next` collects the albums.
        let has_left = seen.left.albums().next().is_some();
        let touches = !old.is_empty() || !new.is_empty() || has_left;
        if seen.version >= version {
            return Writer::Raises { photo, version, touches };
        }
        let left = seen.left.and_these(&old, &new, Moment::now());
        self.open.push(Transaction {
            photo,
            locator: Some(Locator { version, left }),
            view: Some(if is_in_album(version) { Some(version) } else { None }),
            raises: touches && self.raises == Raises::Within,
        });
        Writer::Waits { photo, version, touches }
    }

    fn read(&mut self, at: usize) -> Result<(), String> {
        let next = match &self.readers[at] {
            Reader::Idle => Reader::HasCount { told: self.told, count: self.count },
            Reader::HasCount { told, count } => match self.page {
                Some(page) if page.made_at == *count => {
                    self.check(*told, page.views)?;
                    Reader::Idle
                }
                _ => Reader::Makes { told: *told, count: *count, views: Vec::new() },
            },
            Reader::Makes { told, count, views } if views.len() < PHOTOS => {
                let mut views = views.clone();
                views.push(self.views[views.len()]);
                Reader::Makes { told: *told, count: *count, views }
            }
            Reader::Makes { told, count, views } => {
                let page = Page { made_at: *count, views: [views[0], views[1]] };
                self.check(*told, page.views)?;
                if self.count == page.made_at {
                    self.page = Some(page);
                }
                Reader::Idle
            }
        };
        self.readers[at] = next;
        Ok(())
    }

    /// Holds what a reader shows against what somebody was told before the reader began.
    fn check(&self, told: [u32; PHOTOS], views: [Option<u32>; PHOTOS]) -> Result<(), String> {
        for photo in 0..PHOTOS {
            let mut may_be = told[photo]..=self.begun[photo];
            let is_right = match views[photo] {
                Some(version) => may_be.contains(&version) && is_in_album(version),
                None => may_be.any(|version| !is_in_album(version)),
            };
            if !is_right {
                return Err(format!("told of {told:?}, shown {views:?}"));
            }
        }
        Ok(())
    }
}

fn run(raises: Raises, steps: &[(u8, u8)]) -> Result<(), String> {
    let mut world = World::new(raises);
    for (who, choice) in steps {
        world.step(*who, *choice)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn no_reader_is_shown_less_than_what_somebody_was_told(
        steps in proptest::collection::vec(any::<(u8, u8)>(), 0..400),
    ) {
        prop_assert_eq!(run(Raises::Afterwards, &steps), Ok(()));
    }
}

/// The reason for a request of its own; and these steps find what is wrong.
#[test]
fn a_count_that_is_raised_with_the_views_is_raised_too_early() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    let mut runner = TestRunner::deterministic();
    let steps = proptest::collection::vec(any::<(u8, u8)>(), 400);
    let is_wrong = (0..3000).any(|_| {
        let steps = steps.new_tree(&mut runner).expect("steps").current();
        run(Raises::Within, &steps).is_err()
    });
    assert!(is_wrong);
}
