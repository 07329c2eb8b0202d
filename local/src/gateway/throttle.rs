//! Token buckets, one a route.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html>

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use crate::template::{HttpApi, Throttle};

/// The limits of the template, and the tokens that are left of each.
pub(super) struct Throttles {
    api: HttpApi,
    /// By route key.
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    tokens: f64,
    counted_at: Instant,
}

impl Throttles {
    pub fn new(api: HttpApi) -> Self {
        Self { api, buckets: Mutex::default() }
    }

    /// Takes a token of the route; returns false when there is none.
    pub fn admit(&self, route_key: &str, now: Instant) -> bool {
        let Some(Throttle { rate, burst }) = self.limit(route_key) else { return true };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets
            .entry(route_key.into())
            .or_insert(Bucket { tokens: burst, counted_at: now });
        let elapsed = now.duration_since(bucket.counted_at).as_secs_f64();
        bucket.tokens = burst.min(bucket.tokens + rate * elapsed);
        bucket.counted_at = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }

    fn limit(&self, route_key: &str) -> Option<Throttle> {
        match self.api.route_throttles.get(route_key) {
            Some(throttle) => Some(*throttle),
            None => self.api.throttle,
        }
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
