//! The files that this process may have open, connections among them.

use rustix::process::{Resource, getrlimit, setrlimit};

/// The most that are asked for: what macOS allows.
const MOST: u64 = 10_240;

/// Lets this process have as many open as it may.
pub fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    let allowed = limit.maximum.unwrap_or(MOST).min(MOST);
    if limit.current.is_some_and(|current| current < allowed) {
        limit.current = Some(allowed);
        // Without it a load of few requests in flight runs as well.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}
