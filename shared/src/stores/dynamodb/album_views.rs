//! Counts of views of albums: made in this process, and added to the table now and then.
//!
//! A read must not cost a write. So views are counted in memory, and go to `OWNER#user` /
//! `VIEWS#album` in one request an album: when 64 have come together, or a minute after the first
//! of them. What a process has counted when it ends is lost, and what was sent without an answer
//! may be there twice: views are a measure, not a ledger.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::Client;
use futures::future::join_all;

use super::item::{HotItem, key, n, number, s, text};
use crate::{
    domain::{AlbumId, Moment, UserId, statistics::AlbumViewCounts},
    env::Env,
    error::{Error, Of, Result},
};

/// The number of views that are added at once.
const MOST: u64 = 64;
/// The time that a view waits for others; the next view after that takes it along.
const LONGEST: Duration = Duration::from_mins(1);

/// The counts.
pub struct AlbumViews {
    client: Client,
    table: String,
    waiting: Mutex<Waiting>,
}

/// Views that are not in the table yet.
#[derive(Default)]
struct Waiting {
    counts: HashMap<(UserId, AlbumId), u64>,
    since: Option<Instant>,
}

impl Waiting {
    /// Counts one; all that have waited, if it is time to add them.
    fn count(
        &mut self,
        owner: UserId,
        album: AlbumId,
        now: Instant,
    ) -> HashMap<(UserId, AlbumId), u64> {
        *self.counts.entry((owner, album)).or_default() += 1;
        let since = *self.since.get_or_insert(now);
        if self.counts.values().sum::<u64>() < MOST && now.duration_since(since) < LONGEST {
            return HashMap::new();
        }
        self.since = None;
        mem::take(&mut self.counts)
    }
}

fn of_owner(owner: UserId) -> String {
    format!("OWNER#{owner}")
}

impl AlbumViews {
    /// The table `HOT_TABLE`.
    pub fn connect(env: &Env) -> Result<Self> {
        Ok(Self {
            client: Client::new(env.sdk()),
            table: env.get("HOT_TABLE")?,
            waiting: Mutex::default(),
        })
    }

    /// Counts that somebody saw an album. Nothing that goes wrong here is worth failing a read.
    pub async fn count(&self, owner: UserId, album: AlbumId) {
        let due = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.count(owner, album, Instant::now())
        };
        let added = join_all(
            due.into_iter()
                .map(|((owner, album), views)| self.add(owner, album, views)),
        )
        .await;
        for error in added.into_iter().filter_map(Result::err) {
            tracing::warn!(error = error.chain(), "views were not counted");
        }
    }

    async fn add(&self, owner: UserId, album: AlbumId, views: u64) -> Result<()> {
        let year = Moment::now().utc().year();
        let add = self.client.update_item().table_name(&self.table);
        let add = add.set_key(Some(key(of_owner(owner), &format!("VIEWS#{album}"))));
        let add = add
            .update_expression("ADD #all :n, #year :n")
            .expression_attribute_values(":n", n(views));
        let add = add
            .expression_attribute_names("#all", "views")
            .expression_attribute_names("#year", of_year(year));
        add.send().await.of("hot").map(drop)
    }

    /// Deletes all that is kept under an owner's key: views, and statistics.
    pub async fn forget(&self, owner: UserId) -> Result<()> {
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .consistent_read(true);
            let query = query
                .key_condition_expression("pk = :owner")
                .projection_expression("pk, sk");
            let query = query.expression_attribute_values(":owner", s(of_owner(owner)));
            let found = query.limit(100).send().await.of("hot")?;
            if found.items().is_empty() {
                return Ok(());
            }
            for item in found.items() {
                let delete = self.client.delete_item().table_name(&self.table);
                delete
                    .set_key(Some(key(of_owner(owner), text(item, "sk")?)))
                    .send()
                    .await
                    .of("hot")?;
            }
        }
    }

    /// Returns the views of each album of an owner, in no order: a request for each megabyte, some
    /// thousand albums.
    pub async fn of(&self, owner: UserId) -> Result<Vec<AlbumViewCounts>> {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .set_exclusive_start_key(after);
            let query = query.key_condition_expression("pk = :owner AND begins_with(sk, :views)");
            let query = query.expression_attribute_values(":owner", s(of_owner(owner)));
            let found = query
                .expression_attribute_values(":views", s("VIEWS#"))
                .send()
                .await
                .of("hot")?;
            seen.extend(found.items().iter().map(read).collect::<Result<Vec<_>>>()?);
            after = found.last_evaluated_key;
            if after.is_none() {
                return Ok(seen);
            }
        }
    }
}

fn of_year(year: i32) -> String {
    format!("views_{year}")
}

fn read(item: &HotItem) -> Result<AlbumViewCounts> {
    let album = text(item, "sk")?
        .strip_prefix("VIEWS#")
        .and_then(|album| album.parse().ok());
    let year = |name: &String| {
        Some((name.strip_prefix("views_")?.parse().ok()?, number(item, name).ok()?))
    };
    let mut by_year: Vec<_> = item.keys().filter_map(year).collect();
    by_year.sort_unstable();
    let album = album.ok_or_else(|| Error::internal("views that are no album's"))?;
    Ok(AlbumViewCounts { album, views: number(item, "views")?, by_year })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    fn ids() -> (UserId, AlbumId) {
        let shard = Shard::random();
        (UserId::new(shard), AlbumId::new(shard))
    }

    #[test]
    fn views_wait_until_there_are_many() {
        let ((owner, album), now) = (ids(), Instant::now());
        let mut waiting = Waiting::default();
        for _ in 1..MOST {
            assert!(waiting.count(owner, album, now).is_empty());
        }
        assert_eq!(waiting.count(owner, album, now), HashMap::from([((owner, album), MOST)]));
        assert!(waiting.count(owner, album, now).is_empty());
    }

    #[test]
    fn the_first_view_of_another_minute_takes_the_others_along() {
        let ((owner, album), now) = (ids(), Instant::now());
        let mut waiting = Waiting::default();
        assert!(waiting.count(owner, album, now).is_empty());
        assert!(waiting.count(owner, album, now + LONGEST / 2).is_empty());
        assert_eq!(
            waiting.count(owner, album, now + LONGEST),
            HashMap::from([((owner, album), 3)])
        );
        assert!(waiting.count(owner, album, now + LONGEST).is_empty());
    }
}
