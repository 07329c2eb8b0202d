//! Throttles and warm environments that a stage gives the routes of a kind of request.

use crate::{
    aws::LOAD,
    bucket::Bucket,
    load::{Class, Kind},
    template::{Stage, Warm},
};

const NONE: Warm = Warm { least: 0.0, evening: 0.0, most: 0.0 };

/// Returns the environments that a kind of request always finds warm.
pub fn warm_of(class: &Class, settings: &Stage) -> Warm {
    match (class.kind, class.name.as_str()) {
        (Kind::LogIn, _) => settings.warm_log_ins,
        (_, "get-album") => settings.warm_reads,
        _ => NONE,
    }
}

/// Returns the throttle of the route of a kind of request, or of all routes of its kind together.
pub fn route_of(class: &Class, settings: &Stage) -> Bucket {
    let (rate, burst) = settings.requests;
    match class.kind {
        Kind::LogIn => Bucket::new(settings.log_ins, settings.log_ins),
        Kind::Write => Bucket::new(rate * LOAD.write.routes, burst * LOAD.write.routes),
        _ => Bucket::new(rate, burst),
    }
}
