//! Token buckets, one a route.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::template::{HttpApi, Throttle};

/// The limits of the template and how much of each is left.
pub(super) struct Throttles {
    api: HttpApi,
    /// Tokens left and when they were counted, by route key.
    buckets: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Throttles {
    pub fn new(api: HttpApi) -> Self {
        Self { api, buckets: Mutex::default() }
    }

    /// Takes a token of the route; false when there is none.
    pub fn admit(&self, route_key: &str, now: Instant) -> bool {
        let limit = self
            .api
            .route_throttles
            .get(route_key)
            .copied()
            .or(self.api.throttle);
        let Some(Throttle { rate, burst }) = limit else { return true };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (tokens, counted) = buckets.entry(route_key.into()).or_insert((burst, now));
        *tokens = (*tokens + rate * now.duration_since(*counted).as_secs_f64()).min(burst);
        *counted = now;
        let admitted = *tokens >= 1.0;
        if admitted {
            *tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let throttle = Throttle { rate: 2.0, burst: 3.0 };
        let api =
            HttpApi { route_throttles: [("GET /a".into(), throttle)].into(), ..HttpApi::default() };
        let throttles = Throttles::new(api);
        let start = Instant::now();
        let admitted = |at: Duration| throttles.admit("GET /a", start + at);
        assert_eq!(
            [0, 0, 0, 0].map(|at| admitted(Duration::from_millis(at))),
            [true, true, true, false]
        );
        assert_eq!(
            [500, 500, 1000].map(|at| admitted(Duration::from_millis(at))),
            [true, false, true]
        );
        assert!(
            (0..100).all(|_| throttles.admit("GET /b", start)),
            "a route without a limit is not limited"
        );
    }
}
