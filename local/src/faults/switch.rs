//! The switch of faults: `GET /faults` says how many there were, `PUT /faults` sets their rate, and
//! if need be their points and the clock of processes. It stands beside the queues, on loopback
//! only.

use std::collections::BTreeSet;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Faults, Point};

/// The setting.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Setting {
    /// The part of decisions that end in a fault.
    rate: f64,
    /// The names of the points at which faults happen; all of them without it.
    points: Option<Vec<String>>,
    /// The seconds by which the clock of every process that is started is wrong.
    clock: Option<i64>,
}

impl Setting {
    /// Returns the points; `None` if a name is none.
    fn points(&self) -> Option<BTreeSet<Point>> {
        let Some(names) = &self.points else { return Some(Point::ALL.into()) };
        names.iter().map(|name| Point::named(name)).collect()
    }
}

impl Faults {
    /// Returns the switch.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/faults", get(report).put(set))
            .with_state(self.clone())
    }

    /// Returns what was chosen so far, by point and kind.
    fn report(&self) -> Value {
        let choices = self.choices();
        let mut counts = Vec::new();
        for ((point, fault), count) in &choices.counts {
            counts.push(json!({"point": point.name(), "fault": fault.name(), "count": count}));
        }
        json!({
            "seed": self.0.seed,
            "rate": choices.rate,
            "decisions": choices.decisions,
            "counts": counts,
        })
    }
}

async fn report(State(faults): State<Faults>) -> Json<Value> {
    Json(faults.report())
}

async fn set(State(faults): State<Faults>, Json(setting): Json<Setting>) -> StatusCode {
    if !(0.0..=1.0).contains(&setting.rate) {
        return StatusCode::BAD_REQUEST;
    }
    let Some(points) = setting.points() else { return StatusCode::BAD_REQUEST };
    faults.set_points(points);
    faults.set_clock(setting.clock);
    faults.set_rate(setting.rate);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_switch_sets_a_rate_and_says_what_was_chosen() {
        let faults = Faults::new(9);
        let too_many = Setting { rate: 1.5, ..Setting::default() };
        let too_many = set(State(faults.clone()), Json(too_many)).await;
        assert_eq!(too_many, StatusCode::BAD_REQUEST);
        let nowhere = Setting { points: Some(vec!["nowhere".to_owned()]), ..Setting::default() };
        let nowhere = set(State(faults.clone()), Json(nowhere)).await;
        assert_eq!(nowhere, StatusCode::BAD_REQUEST);
        let all = Setting { rate: 1.0, ..Setting::default() };
        let set = set(State(faults.clone()), Json(all)).await;
        assert_eq!(set, StatusCode::NO_CONTENT);
        faults.choose(Point::Invocation);
        let Json(said) = report(State(faults)).await;
        let counts = json!([{"point": "functions", "fault": "killed", "count": 1}]);
        assert_eq!((&said["seed"], &said["counts"]), (&json!(9), &counts));
    }
}
