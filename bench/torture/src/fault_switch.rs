//! The switch of the system's faults.

use load::Cause;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::failed;

/// The switch at `/faults`.
pub struct FaultSwitch {
    http: reqwest::Client,
    url: String,
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
}

impl FaultSwitch {
    /// Returns the switch of a system whose Lambda API is at this origin.
    ///
    /// # Errors
    /// A machine without what TLS needs.
    pub fn new(origin: &str) -> Result<Self, Cause> {
        Ok(Self { http: load::connections(origin)?, url: format!("{origin}/faults") })
    }

    /// Sets the rate of faults.
    ///
    /// # Errors
    /// A system that has no switch.
    pub async fn set(&self, rate: f64) -> Result<(), Cause> {
        let answer = self
            .http
            .put(&self.url)
            .json(&json!({"rate": rate}))
            .send()
            .await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(failed("the system injects no faults: start it with `local run --faults SEED`"))
    }

    /// Returns the faults so far.
    ///
    /// # Errors
    /// A system that has no switch.
    pub async fn report(&self) -> Result<FaultReport, Cause> {
        Ok(self.http.get(&self.url).send().await?.json().await?)
    }
}
