//! The switch of the system's faults.

use std::sync::{Mutex, PoisonError};

use load::Cause;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::RwLock;

use crate::failed;

/// The switch at `/faults`.
pub struct FaultSwitch {
    http: reqwest::Client,
    /// Changes when the system is started again.
    url: RwLock<String>,
    /// The points at which faults happen; all of them if it is empty.
    points: Vec<String>,
    /// The faults that there were before the system was started again.
    earlier: Mutex<FaultReport>,
}

/// The faults that there were.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FaultReport {
    /// The seed that decided them.
    pub seed: u64,
    /// The number of times that a fault could have been chosen.
    pub decisions: u64,
    /// Their numbers, by point and kind.
    pub counts: Vec<FaultCount>,
}

/// The number of faults of a kind at a point.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FaultCount {
    /// The point.
    pub point: String,
    /// The kind.
    pub fault: String,
    /// The number.
    pub count: u64,
}

impl FaultReport {
    /// Returns the number of all faults.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|count| count.count).sum()
    }

    /// Adds those of another process of the system.
    fn add(&mut self, other: Self) {
        self.seed = other.seed;
        self.decisions += other.decisions;
        for new in other.counts {
            let same =
                |count: &&mut FaultCount| (&count.point, &count.fault) == (&new.point, &new.fault);
            match self.counts.iter_mut().find(same) {
                Some(count) => count.count += new.count,
                None => self.counts.push(new),
            }
        }
    }
}

impl FaultSwitch {
    /// Returns the switch of a system whose Lambda API is at this origin, for faults at these points;
    /// at all of them if none is named.
    ///
    /// # Errors
    /// A machine without what TLS needs.
    pub fn new(origin: &str, points: &[String]) -> Result<Self, Cause> {
        Ok(Self {
            http: load::connections(origin)?,
            url: RwLock::new(url(origin)),
            points: points.to_vec(),
            earlier: Mutex::default(),
        })
    }

    /// Remembers the faults so far, before the system dies.
    ///
    /// # Errors
    /// A system that has no switch.
    pub async fn remember(&self) -> Result<(), Cause> {
        let now = self.of_process().await?;
        self.earlier
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(now);
        Ok(())
    }

    /// Goes on with the system as it was started again.
    pub async fn move_to(&self, origin: &str) {
        *self.url.write().await = url(origin);
    }

    /// Sets the rate of faults.
    ///
    /// # Errors
    /// A system that has no switch.
    pub async fn set(&self, rate: f64) -> Result<(), Cause> {
        let mut setting = json!({"rate": rate});
        if !self.points.is_empty() {
            setting["points"] = json!(self.points);
        }
        let url = self.url.read().await.clone();
        let answer = self.http.put(url).json(&setting).send().await?;
        match answer.status().as_u16() {
            204 => Ok(()),
            400 => Err(failed(format!("{setting} names a point that there is not"))),
            _ => {
                Err(failed("the system injects no faults: start it with `local run --faults SEED`"))
            }
        }
    }

    /// Returns the faults so far.
    ///
    /// # Errors
    /// A system that has no switch.
    pub async fn report(&self) -> Result<FaultReport, Cause> {
        let now = self.of_process().await?;
        let mut all = self
            .earlier
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        all.add(now);
        Ok(all)
    }

    async fn of_process(&self) -> Result<FaultReport, Cause> {
        let url = self.url.read().await.clone();
        Ok(self.http.get(url).send().await?.json().await?)
    }
}

fn url(origin: &str) -> String {
    format!("{origin}/faults")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(counts: &[(&str, u64)]) -> FaultReport {
        let count = |(point, count): &(&str, u64)| FaultCount {
            point: (*point).to_owned(),
            fault: "killed".to_owned(),
            count: *count,
        };
        FaultReport { seed: 7, decisions: 10, counts: counts.iter().map(count).collect() }
    }

    #[test]
    fn faults_before_and_after_a_power_cut_are_added() {
        let mut all = report(&[("functions", 2)]);
        all.add(report(&[("functions", 3), ("queues", 1)]));
        assert_eq!((all.total(), all.decisions, all.counts.len()), (6, 20, 2));
    }
}
