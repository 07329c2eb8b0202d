//! A logical database spread over clusters by the logical shard.
//!
//! A connection is had only by naming a shard, so a query that forgets it does not compile:
//!
//! ```compile_fail
//! fn forgets_the_shard(db: &shared::stores::Sharded) {
//!     let _ = db.writer();
//! }
//! ```
//!
//! Each cluster has a writer, and perhaps a [reader](super::reader), which may lag behind it.

use serde::Deserialize;
use sqlx::MySqlPool;

use super::{endpoint::Endpoint, reader::Reader, sign_in::DatabaseRole};
use crate::{
    domain::Shard,
    env::Env,
    error::{Error, Result},
};

/// One logical database and its clusters.
pub struct Sharded {
    what: &'static str,
    ranges: Vec<Range>,
}

/// The cluster that holds a range of logical shards.
struct Range {
    from: u16,
    to: u16,
    writer: Endpoint,
    /// `None` if the writer is the reader, too.
    reader: Option<Reader>,
}

/// A line of the shard map: the variables `ACCOUNTS_SHARDS`, `LIBRARY_SHARDS` and `ACTIVITY_SHARDS`
/// are lists of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeSetting {
    from: u16,
    to: u16,
    writer: String,
    reader: String,
}

impl Sharded {
    /// The logical database whose shard map is the variable `name`; `what` lives in it.
    ///
    /// # Errors
    /// [`Error::Internal`] when the map is not valid. Its text, which holds passwords, is not told.
    pub fn connect(env: &Env, name: &'static str, what: &'static str) -> Result<Self> {
        let sleeps = env
            .get("DATABASE_SLEEPS")
            .is_ok_and(|sleeps| sleeps == "yes");
        let role = || DatabaseRole::of(env);
        Self::of_map(&env.get(name)?, name, what, |url| Endpoint::of_url(url, name, sleeps, role))
    }

    fn of_map(
        map: &str,
        name: &str,
        what: &'static str,
        endpoint: impl Fn(&str) -> Result<Endpoint>,
    ) -> Result<Self> {
        let mut ranges = Vec::new();
        for setting in read_map(map, name)? {
            let writer = endpoint(&setting.writer)?;
            let reader = if setting.reader == setting.writer {
                None
            } else {
                Some(Reader::new(endpoint(&setting.reader)?))
            };
            ranges.push(Range { from: setting.from, to: setting.to, writer, reader });
        }
        Ok(Self { what, ranges })
    }

    /// The writer of this shard: for writes, and for reads that must see the newest row.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shard outside the map: no row can have such an id.
    pub fn writer(&self, shard: Shard) -> Result<&MySqlPool> {
        Ok(self.range(shard)?.writer.pool())
    }

    /// The reader of this shard, if it has one beside the writer.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a shard outside the map.
    pub(super) fn reader(&self, shard: Shard) -> Result<Option<&Reader>> {
        Ok(self.range(shard)?.reader.as_ref())
    }

    /// The writers of all clusters, for jobs that visit every row.
    pub fn writers(&self) -> impl Iterator<Item = &MySqlPool> {
        self.ranges.iter().map(|range| range.writer.pool())
    }

    /// The first shard and the writer of each cluster.
    pub fn clusters(&self) -> impl Iterator<Item = (Shard, &MySqlPool)> {
        self.ranges
            .iter()
            .filter_map(|range| Some((Shard::new(range.from)?, range.writer.pool())))
    }

    /// The writers of these shards, each with what of `all` it holds; what none holds is left out.
    pub fn writers_of<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        shard: impl Fn(&T) -> Shard,
    ) -> Vec<(&MySqlPool, Vec<T>)> {
        let mut parts = Vec::new();
        for range in &self.ranges {
            parts.push((range.writer.pool(), Vec::new()));
        }
        for one in all {
            let wanted = shard(&one);
            let place = self.ranges.iter().position(|range| range.holds(wanted));
            if let Some(place) = place {
                parts[place].1.push(one);
            }
        }
        parts.retain(|(_, part)| !part.is_empty());
        parts
    }

    fn range(&self, shard: Shard) -> Result<&Range> {
        let found = self.ranges.iter().find(|range| range.holds(shard));
        found.ok_or(Error::NotFound { what: self.what })
    }
}

impl Range {
    fn holds(&self, shard: Shard) -> bool {
        (self.from..=self.to).contains(&shard.number())
    }
}

/// Reads the shard map that is the variable `name`.
///
/// # Errors
/// [`Error::Internal`] when it is none. Its text, which holds passwords, is not told.
fn read_map(map: &str, name: &str) -> Result<Vec<RangeSetting>> {
    serde_json::from_str(map).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::internal(format!("{name} is not a shard map: line {line} column {column}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the databases of a map in which everybody signs in with a password.
    fn databases(map: &str) -> Result<Sharded> {
        let nobody = || Err(Error::internal("nobody signs in"));
        Sharded::of_map(map, "MAP", "album", |url| Endpoint::of_url(url, "MAP", false, nobody))
    }

    #[test]
    fn who_signs_in_without_a_password_must_have_a_role() {
        let map = r#"[{"from":0,"to":9,"writer":"mysql://a@w","reader":"mysql://a@r"}]"#;
        let refused = databases(map).err().expect("nobody to sign in as");
        assert!(refused.chain().contains("nobody signs in"), "{}", refused.chain());
    }

    #[tokio::test]
    async fn a_shard_outside_the_map_has_no_database() {
        let map = r#"[{"from":0,"to":9,"writer":"mysql://a/w","reader":"mysql://a/r"}]"#;
        let db = databases(map).expect("a map");
        let at = |number| db.writer(Shard::new(number).expect("a shard")).map(drop);
        assert!(at(0).is_ok() && at(9).is_ok());
        assert!(matches!(at(10), Err(Error::NotFound { what: "album" })));
    }

    #[test]
    fn a_bad_map_is_refused_without_its_secrets() {
        let bad = [
            r#"[{"from":0,"to":9,"writer":"secret"#,
            r#"[{"from":0,"to":9,"writer":"secret","reader":"secret"}]"#,
        ];
        for map in bad {
            let error = databases(map).err().expect("a refusal").chain();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
