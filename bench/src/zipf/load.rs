//! One load on one design.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use aws_sdk_dynamodb::Client;
use chance::Zipf;
use futures::stream::{self, StreamExt};
use partitions::{Partitions, Served};
use shared::{
    domain::{AlbumId, Limit},
    error::Cause,
    stores::{Hot, Located},
};

use super::{albums::Albums, numbers::Numbers};

/// Of so many looks one comes with a change to a photo of the album: 10,000 reads and 100 writes a
/// user and month.
const LOOKS_A_CHANGE: u32 = 100;

/// Looks that are under way at the same time.
const AT_ONCE: usize = 8;

/// A way to read an album.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Head and photos by one query, as it was.
    Photos,
    /// Head, and a page that the process may have.
    Pages,
}

impl Design {
    /// The earlier one first.
    pub const ALL: [Self; 2] = [Self::Photos, Self::Pages];

    pub fn name(self) -> &'static str {
        match self {
            Self::Photos => "photo by photo",
            Self::Pages => "as pages",
        }
    }

    /// Returns the number of photos that are asked for. No page has 49, so they are read one by
    /// one, which favours the earlier design by one photo.
    fn photos(self) -> &'static str {
        match self {
            Self::Photos => "49",
            Self::Pages => "50",
        }
    }
}

/// So many looks a second.
pub struct Load<'a> {
    /// Looks a second.
    pub looks: u32,
    /// Seconds.
    pub seconds: u32,
    /// Processes that they are spread over.
    pub processes: u32,
    /// The division of them among albums.
    pub law: &'a Zipf,
    /// The albums.
    pub albums: &'a Albums,
    /// The name of the table.
    pub table: &'a str,
}

/// The outcome of a load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// All looks.
    pub looks: u32,
    /// Looks at albums that are there.
    pub asked: u32,
    /// Looks that were refused.
    pub refused: u32,
    /// Changes.
    pub changes: u32,
    /// Changes that were refused.
    pub refused_changes: u32,
    /// Looks at the first album that were answered.
    pub first: u32,
    /// The units and requests that the table served.
    pub table: Served,
}

/// One request: a look or a change.
struct Request<'a> {
    hot: &'a Hot,
    rank: usize,
    album: AlbumId,
    /// The photo as it is to be, of a change.
    change: Option<Located>,
}

/// Counts of requests, while they run.
#[derive(Default)]
struct Counts {
    asked: AtomicU32,
    refused: AtomicU32,
    changes: AtomicU32,
    refused_changes: AtomicU32,
    first: AtomicU32,
}

impl Load<'_> {
    /// Asks all of it.
    pub async fn run(
        &self,
        design: Design,
        client: &Client,
        partitions: &Partitions,
    ) -> Result<Outcome, Cause> {
        let limit: Limit = design.photos().parse().map_err(|_| "no limit")?;
        let processes: Vec<Hot> = (0..self.processes)
            .map(|_| Hot::new(client.clone(), self.table.to_owned()))
            .collect();
        let mut numbers = Numbers::new(u64::from(self.looks));
        let counts = Counts::default();
        partitions.take();
        for _ in 0..self.seconds {
            partitions.next_second();
            let requests = self.requests(&processes, &mut numbers);
            stream::iter(requests)
                .for_each_concurrent(AT_ONCE, |request| request.ask(limit, &counts))
                .await;
        }
        Ok(Outcome {
            looks: self.looks * self.seconds,
            asked: counts.asked.into_inner(),
            refused: counts.refused.into_inner(),
            changes: counts.changes.into_inner(),
            refused_changes: counts.refused_changes.into_inner(),
            first: counts.first.into_inner() / self.seconds,
            table: partitions.take(),
        })
    }

    /// Returns the requests of a second in the order in which they come.
    fn requests<'a>(&'a self, processes: &'a [Hot], numbers: &mut Numbers) -> Vec<Request<'a>> {
        let mut requests = Vec::new();
        for (look, hot) in (0..self.looks).zip(processes.iter().cycle()) {
            let rank = self.law.rank(numbers.next());
            let Some((album, photo)) = self.albums.ranked(rank) else { continue };
            if look % LOOKS_A_CHANGE == 0 {
                let version = self.albums.next_version();
                let change = Some(Located { version, ..photo.clone() });
                requests.push(Request { hot, rank, album, change });
            }
            requests.push(Request { hot, rank, album, change: None });
        }
        requests
    }
}

impl Request<'_> {
    async fn ask(self, limit: Limit, counts: &Counts) {
        if let Some(photo) = &self.change {
            counts.changes.fetch_add(1, Relaxed);
            if self.hot.put_photo(photo).await.is_err() {
                counts.refused_changes.fetch_add(1, Relaxed);
            }
            return;
        }
        counts.asked.fetch_add(1, Relaxed);
        match self.hot.album(self.album, limit).await {
            Ok(_) if self.rank == 0 => drop(counts.first.fetch_add(1, Relaxed)),
            Ok(_) => {}
            Err(_) => drop(counts.refused.fetch_add(1, Relaxed)),
        }
    }
}
