//! The switch of faults: `GET /faults` says how many there were, `PUT /faults` sets their rate. It
//! stands beside the queues, on loopback only.

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Faults;

/// The setting.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    /// The part of decisions that end in a fault.
    rate: f64,
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
    faults.set_rate(setting.rate);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Point;

    #[tokio::test]
    async fn the_switch_sets_a_rate_and_says_what_was_chosen() {
        let faults = Faults::new(9);
        let too_many = set(State(faults.clone()), Json(Setting { rate: 1.5 })).await;
        assert_eq!(too_many, StatusCode::BAD_REQUEST);
        let set = set(State(faults.clone()), Json(Setting { rate: 1.0 })).await;
        assert_eq!(set, StatusCode::NO_CONTENT);
        faults.choose(Point::Invocation);
        let Json(said) = report(State(faults)).await;
        let counts = json!([{"point": "functions", "fault": "killed", "count": 1}]);
        assert_eq!((&said["seed"], &said["counts"]), (&json!(9), &counts));
    }
}
